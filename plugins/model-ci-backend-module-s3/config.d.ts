export interface Config {
  modelCi?: {
    storage?: {
      /** Keeps artifacts, data sets, sources and logs in a bucket instead of the folder `modelCi.storage.directory`. */
      s3?: {
        /** A bucket that exists. */
        bucket: string;
        /** What the keys of all objects begin with, such as `model-ci/`. Default: nothing */
        prefix?: string;
        /** Default: us-east-1 */
        region?: string;
        /** URL of a server other than Amazon S3, such as https://s3.example.org:9000. */
        endpoint?: string;
        /** Whether the bucket is named in the path rather than the host name. Default: true where there is an endpoint */
        forcePathStyle?: boolean;
        /** PEM file of the authority that issued the endpoint's certificate, trusted beside the usual ones. */
        caFile?: string;
        /**
         * Default: what the AWS SDK finds in the environment, in shared files, or as the role of the machine or pod.
         * @deepVisibility secret
         */
        credentials?: {
          accessKeyId: string;
          secretAccessKey: string;
          sessionToken?: string;
        };
        /** How the server encrypts objects. Default: as the bucket says */
        encryption?:
          | { type: 'AES256' }
          | {
              type: 'aws:kms';
              /** Default: the key of the bucket, or Amazon's own */
              kmsKeyId?: string;
            };
        /**
         * Whether engines that fetch workspaces for themselves are sent to the bucket by a signed URL, so that the bytes do not
         * pass through the backend. Default: false
         */
        directTransfers?: boolean;
        /** The endpoint as those engines reach it. Default: `endpoint` */
        transferEndpoint?: string;
      };
    };
  };
}
