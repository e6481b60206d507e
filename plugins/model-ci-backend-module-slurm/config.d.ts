export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages as batch jobs of Slurm clusters. */
      slurm?: {
        /** Each partition of each cluster is a node. */
        clusters?: Array<{
          /** Lower-case letters, digits and hyphens; unique. */
          name: string;
          /** The login machine on which Slurm's commands run; without `ssh` and `commandPrefix` they run on the backend's. */
          ssh?: {
            host: string;
            user?: string;
            port?: number;
            /**
             * Private key without a passphrase, readable by the backend alone.
             * @visibility secret
             */
            keyFile?: string;
            /** Holds the host's public key; the backend's own file by default. Unknown hosts are refused. */
            knownHostsFile?: string;
          };
          /** Words that Slurm's commands are put behind, which pass them on as they are: [sudo, -nu, model-ci]. Not for ssh. */
          commandPrefix?: string[];
          /** Variables for Slurm's commands, such as PATH and SLURM_CONF. */
          environment?: { [name: string]: string };
          /** Folder for the attempts, as all machines of the cluster see it. Only the jobs' user may enter it. */
          directory: string;
          /**
           * The same folder as the backend sees it, who has to be the same user. Default: `directory` where commands run on the
           * backend's machine; else files are copied by commands.
           */
          mountedAt?: string;
          /** Between two looks at all attempts of the cluster. Default: 2 */
          pollSeconds?: number;
          /**
           * Words that run a stage's script in its image; {image}, {folder}, {workspace}, {home} and {tmp} are put in. Stages with an image are
           * refused without it.
           */
          containerCommand?: string[];
          /** Slurm account of all jobs; a partition, and a stage under `slurm`, may name another one. */
          account?: string;
          /** Quality of service. */
          qos?: string;
          /** What machines must have, as `sbatch --constraint` takes it. */
          constraint?: string;
          /** Time limit as `sbatch --time` takes it. Default: the stage's timeout, or the partition's limit if that is shorter. */
          time?: string | number;
          partitions: Array<{
            name: string;
            /** Name of the node. Default: names of cluster and partition, with a hyphen between */
            node?: string;
            /** What `nodeSelector` of a stage is compared with, besides cluster, partition, timeLimit and gpu. */
            labels?: { [name: string]: string };
            /** Attempts that may be there at a time, pending ones too. Default: any number */
            maxSubmitted?: number;
            account?: string;
            qos?: string;
            constraint?: string;
            time?: string | number;
          }>;
        }>;
      };
    };
  };
}
