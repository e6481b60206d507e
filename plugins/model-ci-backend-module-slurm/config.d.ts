export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages as batch jobs of Slurm clusters. */
      slurm?: {
        /** Each partition of each cluster is a node. */
        clusters?: Array<{
          /** Lowercase letters, digits and hyphens; unique. */
          name: string;
          /** The login machine on which Slurm's commands run; without `ssh` and `commandPrefix` they run on the backend's. */
          ssh?: {
            /** Name or address of the login machine. */
            host: string;
            /** Default: as ssh says, from its own configuration. */
            user?: string;
            /** Default: as ssh says, usually 22 */
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
          /**
           * Variables for Slurm's commands, such as PATH, SLURM_CONF and SLURM_JWT. Stages get PATH, LD_LIBRARY_PATH and SLURM_CONF of them.
           * @deepVisibility secret
           */
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
          /** At least one. */
          partitions: Array<{
            /** As sinfo lists it. */
            name: string;
            /** Name of the node. Default: names of cluster and partition, with a hyphen between */
            node?: string;
            /** What `nodeSelector` of a stage is compared with, besides cluster, partition, timeLimit and gpu. */
            labels?: { [name: string]: string };
            /** Attempts that may be there at a time, pending ones too. Default: any number */
            maxSubmitted?: number;
            /** Default: the cluster's */
            account?: string;
            /** Default: the cluster's */
            qos?: string;
            /** Default: the cluster's */
            constraint?: string;
            /** Default: the cluster's */
            time?: string | number;
          }>;
        }>;
      };
    };
  };
}
