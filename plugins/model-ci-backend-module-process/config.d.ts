export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages and services as processes of the backend's machine, as the backend's user. */
      process?: {
        /** Off unless true: whoever may push to a pipeline's repository can then run commands as the backend's user. */
        enabled?: boolean;
        /** Folder for workspaces, logs and exit states; relative to the working directory of the backend. */
        directory?: string;
        /**
         * Numeric user and group that scripts run as, like 1001:1001; the backend must be root and have `setpriv` of
         * util-linux. Default: the backend's own user, whose files scripts can then read and write.
         */
        user?: string;
        node?: {
          /** Unique among all nodes of all machines that share the database. Default: local */
          name?: string;
          /** What `nodeSelector` of a stage is compared with. */
          labels?: { [name: string]: string };
          /** Default: the machine's. */
          cpus?: number;
          /** For example 8Gi. Default: the machine's. */
          memory?: string | number;
          /**
           * How many of the machine's NVIDIA GPUs stages may use. Default: all that nvidia-smi finds. Where it is not
           * installed, so many are offered by number.
           */
          gpus?: number;
        };
      };
    };
  };
}
