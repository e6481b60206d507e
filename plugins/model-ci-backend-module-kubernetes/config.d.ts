export interface Config {
  modelCi?: {
    executors?: {
      /** Runs stages as pods, and deployments as Deployments, of Kubernetes clusters. */
      kubernetes?: {
        /** Each is one namespace of a cluster, and a node. */
        clusters?: Array<{
          /** Unique among all nodes. */
          name: string;
          /** The cluster that the backend runs in, with the service account of its own pod. */
          inCluster?: true;
          /** Path of a kubeconfig file. */
          kubeconfig?: string;
          /** A context of the kubeconfig. Default: its current one */
          context?: string;
          /** Address of an API server, such as https://10.0.0.5:6443; needs `token` or `tokenFile`. */
          server?: string;
          /** Authority of the API server's certificate. Default: those that Node.js trusts */
          caFile?: string;
          /**
           * Token of a service account; give it by $env or $file.
           * @visibility secret
           */
          token?: string;
          /** A file with the token, which is read again when it changes. */
          tokenFile?: string;
          /** Default: the one that the context names, or `default` */
          namespace?: string;
          /**
           * Name of this portal among those that share the namespace. Whatever carries it and is not known to the portal is removed,
           * except where it is the default. Default: default
           */
          instance?: string;
          /** What `nodeSelector` of a stage is compared with when it chooses a cluster. */
          nodeLabels?: { [name: string]: string };
          /** Attempts that may be in the namespace at a time, pending ones too. Default: any number */
          maxSubmitted?: number;
          /** What the largest attempt may ask for. Default: what the largest of the nodes has, if they may be read */
          capacity?: { cpus: number; memory: string | number; gpus?: number };
          /** Resource name of a GPU. Default: nvidia.com/gpu */
          gpuResource?: string;
          /** For stages that ask for none themselves; ephemeralStorage is also the most that a stage may ask for. */
          resources?: {
            cpus?: number;
            memory?: string | number;
            ephemeralStorage?: string | number;
          };
          /** Of each pod; a stage cannot change them. */
          labels?: { [name: string]: string };
          /** Of each pod; a stage cannot change them. */
          annotations?: { [name: string]: string };
          /** Of each pod; a stage may add to it. */
          nodeSelector?: { [name: string]: string };
          /** Taints that each pod tolerates; a stage may add those that `allow` lists. */
          tolerations?: Array<{
            key?: string;
            operator?: 'Exists' | 'Equal';
            value?: string;
            effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
            tolerationSeconds?: number;
          }>;
          /** PriorityClass of each pod, unless a stage chooses another that `allow` lists. Default: the cluster's */
          priorityClass?: string;
          /** RuntimeClass of each pod, unless a stage chooses another that `allow` lists. Default: the cluster's */
          runtimeClass?: string;
          /** Account of the pods. Default: default */
          serviceAccount?: string;
          /** Whether pods get that account's token. Default: false */
          serviceAccountToken?: boolean;
          /** Queue of Kueue that admits the pods. */
          queue?: string;
          /** Names of Secrets in the namespace. */
          imagePullSecrets?: string[];
          /** When images of stages are pulled. Default: IfNotPresent */
          pull?: 'Always' | 'IfNotPresent' | 'Never';
          /** Seconds that an image may fail to be pulled before its attempt is given up. Default: 300 */
          imageGraceSeconds?: number;
          /** Numeric user and group that containers run as, not root. Default: 65534:65534 */
          user?: string;
          /** Whether the root file system of stages is read-only unless they say otherwise. Default: false */
          readOnlyRoot?: boolean;
          /** The container beside each stage that fetches its workspace, keeps its log and uploads its results. */
          sidecar?: {
            /** Needs sh, curl, and GNU's tar, coreutils and findutils. Default: docker.io/library/buildpack-deps:bookworm-curl */
            image?: string;
            /** When that image is pulled. Default: IfNotPresent */
            pull?: 'Always' | 'IfNotPresent' | 'Never';
            /** What is reserved for it. Default: 0.01 CPUs and 32Mi */
            requests?: { cpus: number; memory: string | number };
            /** The most that it may use. Default: 1 CPU and 256Mi */
            limits?: { cpus: number; memory: string | number };
            /** CA certificate of the backend, as PEM. Default: those that the image trusts */
            caFile?: string;
          };
          /** How deployments run and are reached. */
          services?: {
            /**
             * How the backend gets to them: `proxy` through the API server, `cluster` at the address of their Service, `ingress` at
             * `url`. Default: cluster with `inCluster`, else proxy
             */
            reach?: 'proxy' | 'cluster' | 'ingress';
            /** Where an ingress has them, with {service} for the name of the Service, such as https://{service}.models.example */
            url?: string;
            /** Has an Ingress made for each of them. Default: something else leads from `url` to the Services */
            ingress?: {
              /** IngressClass. Default: the cluster's */
              className?: string;
              /** Of each Ingress, such as what its controller needs for large requests. */
              annotations?: { [name: string]: string };
              /** Name of a Secret in the namespace. */
              tlsSecret?: string;
            };
            /** Seconds after which a pod of theirs is made again elsewhere when its node does not answer. Default: 30 */
            nodeLossSeconds?: number;
          };
          /** Lets stages build images (`imageBuild`); needs a registry with `push` (modelCi.registries). Default: they cannot */
          imageBuilds?: {
            /** Runs as the user below; has sh, awk, and BuildKit's buildctl-daemonless.sh. Default: docker.io/moby/buildkit:rootless */
            image?: string;
            /** When that image is pulled. Default: IfNotPresent */
            pull?: 'Always' | 'IfNotPresent' | 'Never';
            /** Numeric user and group, not root, for whom the image has subordinate ids. Default: 1000:1000 */
            user?: string;
            /** RuntimeDefault, Unconfined, or Localhost/ and a profile that lets it make namespaces and mounts. Default: Unconfined */
            seccompProfile?: string;
            /** The same for AppArmor. Default: Unconfined */
            appArmorProfile?: string;
            /** Registries to ask for images of others, by host, such as docker.io: [mirror.example] */
            mirrors?: { [host: string]: string[] };
            /** Hosts of registries without TLS. */
            plainHttp?: string[];
            /** CA certificates of the registries, as PEM; read when the backend starts. Default: those that the image trusts */
            caFile?: string;
          };
          /** What stages may choose under `kubernetes`, each from a list. Default: nothing */
          allow?: {
            /** Names of service accounts. */
            serviceAccounts?: string[];
            /** Names of RuntimeClasses. */
            runtimeClasses?: string[];
            /** Names of PriorityClasses. */
            priorityClasses?: string[];
            /** Names of Kueue's local queues. */
            queues?: string[];
            /** Names of labels. */
            labels?: string[];
            /** Names of annotations. */
            annotations?: string[];
            /** Keys of taints that a stage may tolerate. */
            tolerations?: string[];
          };
        }>;
      };
    };
  };
}
