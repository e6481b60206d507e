export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages and services in containers of Docker Engines. */
      docker?: {
        /** Each engine is a node. */
        engines?: Array<{
          /** Unique among all nodes. */
          name: string;
          /** Path of the engine's socket, for an engine on the backend's machine. */
          socketPath?: string;
          /** Address of an engine on another machine; needs `tls`. */
          host?: string;
          /** Default: 2376 */
          port?: number;
          /**
           * Files with the certificates of the connection, read at start-up.
           * @deepVisibility secret
           */
          tls?: {
            /** The authority that issued the engine's certificate. */
            caFile: string;
            /** The backend's certificate, issued by the engine's authority. */
            certFile: string;
            keyFile: string;
          };
          /** An engine whose socket is not there is left out instead of shown as unreachable. */
          optional?: boolean;
          /** What `nodeSelector` of a stage is compared with. */
          labels?: { [name: string]: string };
          /** What stages may use of it. Default: all that the engine has. */
          cpus?: number;
          /** For example 64Gi. Default: all that the engine has. */
          memory?: string | number;
          /**
           * How many NVIDIA GPUs containers may use. Default: all that nvidia-smi finds for an engine on the backend's
           * machine; none for an engine elsewhere, whose GPUs are offered by number.
           */
          gpus?: number;
          /**
           * Whether to pull an image that is not there. Those that stages have built and pushed always are.
           * Default: never
           */
          pull?: 'never' | 'missing';
          /** Numeric user and group that containers run as. Default: 65534:65534 */
          user?: string;
          /** Processes and threads of one container. Default: 4096 */
          pidsLimit?: number;
          /**
           * Range of IPv4 addresses for the networks of containers, four addresses each; it must not be in use where
           * the engine is. Default: 10.232.0.0/16
           */
          networks?: string;
          /** Whether containers reach anything outside of their own network. Default: allow */
          egress?: 'allow' | 'deny';
          /** Networks of attempts that wait to be used again, of each kind. Default: 4 */
          spareNetworks?: number;
          /** What the context of an image that is built there may have. Default: 4Gi */
          maxContext?: string | number;
        }>;
      };
    };
  };
}
