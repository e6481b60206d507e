export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages as builds of one job on each Jenkins controller. */
      jenkins?: {
        controllers?: Array<{
          /** Unique among the controllers. */
          name: string;
          /** Address of the controller with its context path, such as https://ci.example/jenkins */
          url: string;
          /** The user that starts builds. */
          user: string;
          /**
           * API token of the user; give it by $env or $file. It needs no crumb, so prefer it to a password.
           * @visibility secret
           */
          token?: string;
          /**
           * Password of the user, where there are no API tokens.
           * @visibility secret
           */
          password?: string;
          /** Authority of the controller's certificate, as PEM. Default: those that Node.js trusts */
          caFile?: string;
          /** Name of the job behind its folders, such as team/model-ci. Default: model-ci */
          job?: string;
          /** Whether the job is created where it is missing, which needs Job/Create. Default: true */
          createJob?: boolean;
          /** Seconds between two looks at queue and builds. Default: 2 */
          pollSeconds?: number;
          /** Authority of the portal's certificate for the agents, as PEM. Default: those that they trust */
          portalCaFile?: string;
          /** Each is a label expression, and a node of the portal. */
          nodes: Array<{
            /** Unique among all nodes. Default: the controller's name */
            name?: string;
            /** Label expression that an agent has to match; empty for any agent. */
            label: string;
            /** What `nodeSelector` of a stage is compared with. */
            nodeLabels?: { [name: string]: string };
            /** Attempts that may be in Jenkins at a time, waiting ones too. Default: any number */
            maxSubmitted?: number;
            /** What the largest attempt may ask for. Default: practically no limit, since Jenkins knows of none */
            capacity?: { cpus: number; memory: string | number; gpus?: number };
          }>;
        }>;
      };
    };
  };
}
