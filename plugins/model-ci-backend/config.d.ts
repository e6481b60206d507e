import type { HumanDuration } from '@backstage/types';

export interface Config {
  modelCi?: {
    storage?: {
      /**
       * Folder for artifacts and logs. Every replica of the backend must share it. Required unless a module
       * brings another artifact store.
       */
      directory?: string;
    };

    engine?: {
      /** For how long a replica's claim on a stage holds without a sign of life; 30 seconds by default. */
      leaseDuration?: HumanDuration | string;
      /** How often a replica looks for work of the others; its own work wakes it at once. 1 second by default. */
      pollInterval?: HumanDuration | string;
      /** How often the nodes are asked how they are; 10 seconds by default. */
      inventoryInterval?: HumanDuration | string;
      /** First pause before something that failed is tried again; it doubles each time. 1 second by default. */
      retryDelay?: HumanDuration | string;
      /** Bytes of log after which a stage is killed; 64 MiB by default. */
      maxLogBytes?: number;
      /** Bytes of one artifact, past which its stage fails or its upload is refused; 100 GiB by default. */
      maxArtifactBytes?: number;
      /** Bytes of a source tree, unpacked; 1 GiB by default. */
      maxSourceBytes?: number;
      /** Files and folders of a source tree; 100 000 by default. */
      maxSourceEntries?: number;
      /** How often reading a source is tried again before the run is given up; 5 by default. */
      sourceRetries?: number;
      /** How often an executor is asked again before an attempt is given up; 5 by default. */
      executorRetries?: number;
      /** How often the series of running stages are read for their curves, at most; 5 seconds by default. */
      seriesInterval?: HumanDuration | string;
      /** How often the GPUs of running stages are read, once for all stages of a node; 5 seconds by default. */
      gpuInterval?: HumanDuration | string;
      /**
       * Longest pause between two tries to store the results of an attempt that has ended; 5 minutes by default. There is
       * no last try: only a person gives results up.
       */
      collectRetryMax?: HumanDuration | string;
      /** How often an attempt may be taken over without getting on before it is given up; 20 by default. */
      maxRescues?: number;
      /**
       * Attempts that one backend works on at a time, those that wait in clusters included; others take the rest. 1000
       * by default.
       */
      maxHeldAttempts?: number;
      /** CPUs reserved for a stage that asks for none; 1 by default. */
      defaultCpus?: number;
      /** Executor of stages that name none; by default the first by name that needs no image, such as process. */
      defaultExecutor?: string;
    };

    deployments?: {
      /** For how long a replica's claim on a deployment holds without a sign of life; 30 seconds by default. */
      leaseDuration?: HumanDuration | string;
      /** How often a serving deployment is looked at; 10 seconds by default. */
      healthInterval?: HumanDuration | string;
      /**
       * How long an endpoint's service may take until it begins to answer, and between parts of its answer, if its
       * `serving.timeouts` does not say; 60 seconds by default.
       */
      requestTimeout?: HumanDuration | string;
      /** The most that `serving.timeouts` can say; 1 hour by default. */
      maxRequestTimeout?: HumanDuration | string;
      /** How long a WebSocket to an endpoint may be silent; 10 minutes by default. */
      webSocketTimeout?: HumanDuration | string;
      /**
       * Headers of requests that services see beside the usual ones; `x-feature-*` names all that begin so.
       * Credentials are never passed on.
       */
      requestHeaders?: string[];
      /** Headers of answers that callers see beside the usual ones. */
      answerHeaders?: string[];
      /** Bytes that a request to an endpoint may have; 10 MiB by default. */
      maxRequestBytes?: number;
    };

    nodes?: {
      /**
       * How long a node may be out of reach of every replica before it counts as lost: what runs there is run again
       * elsewhere as far as its retry.platform allows, what serves there is moved, and what comes back is removed.
       * 30 minutes by default, a minute and four times `engine.inventoryInterval` at least.
       */
      lostAfter?: HumanDuration | string;
    };

    /** Where versions can be put into service, in the order of the way there. */
    environments?: Array<{
      /** Small letters, digits and hyphens: it becomes part of URLs. */
      name: string;
      title?: string;
      description?: string;
      executor: string;
      /** Node to use; any fitting one of the executor without it. */
      node?: string;
      /** Whether the environment is offered only while its executor has such a node; false without it. */
      optional?: boolean;
      /** Who and what may be deployed there, beside the permission to deploy; anything without it. */
      protection?: {
        /** Entity refs of users and groups, or subjects of services, who may deploy, roll back and stop. */
        deployers?: string[];
        /** Patterns of the branches whose versions may be deployed, as in `triggers.push.branches`. */
        branches?: string[];
        /** Entity refs of the pipelines whose versions may be deployed. */
        pipelines?: string[];
      };
    }>;

    /** Whether pull requests get a comment about their runs, kept up to date; true by default. */
    pullRequestComments?: boolean;

    /** Secrets of stages and services. */
    secrets?: {
      /**
       * Keys of 32 bytes in base64, by $file or $env: the first one encrypts, all decrypt. Without one no secret can be set, and
       * stages that ask for one fail.
       * @deepVisibility secret
       */
      keys?: string[];
      /** Where secrets may be read from instead. */
      vaults?: Array<
        | {
            /** The KV engine, version 2, of HashiCorp Vault or OpenBao. */
            type: 'kv2';
            name: string;
            url: string;
            /** Where the engine is mounted; secret by default. */
            mount?: string;
            /** With {namespace} and {name} of the pipeline; model-ci/{namespace}/{name} by default. */
            path?: string;
            /** @visibility secret */
            token?: string;
            /** In the place of a token; read at each call. */
            tokenFile?: string;
            vaultNamespace?: string;
            /** Certificates of authorities, as PEM, in the place of the usual ones. */
            ca?: string;
            /** How long an answer may take; 10 seconds by default. */
            timeout?: HumanDuration | string;
          }
        | {
            /** A folder with one file for each secret. */
            type: 'files';
            name: string;
            /** Absolute, with {namespace} and {name} of the pipeline. */
            directory: string;
          }
      >;
    };

    /** With what statements about versions are signed; without it they cannot be had. */
    provenance?: {
      /**
       * Private key of Ed25519 or ECDSA P-256, unencrypted, as PEM; give it by $file or $env.
       * @visibility secret
       */
      privateKey: string;
      /** URI that names this portal as the maker of versions; by default its address, as backend.baseUrl has it. */
      builderId?: string;
    };

    /** What engines that have no workspace in common with the backend fetch and upload for themselves. */
    transfers?: {
      /**
       * Address of the backend as engines reach it, such as http://backstage.internal:7007; by default the one of
       * backend.baseUrl.
       */
      baseUrl?: string;
    };

    /** Who decides about stages that wait. */
    decisions?: {
      /**
       * Whether nobody decides about a stage that waits in a run which they have caused (by a push of its commit, by
       * starting this or another run of it, or by a retry), or whose commit names their e-mail address in the catalog
       * as that of its author or committer; false by default.
       */
      excludeAuthor?: boolean;
    };
    /** Runs that other CIs report. */
    externalRuns?: {
      /** After how long without a sign of its CI a run that it reports ends; 6 hours by default, at least 10 minutes. */
      silentAfter?: HumanDuration | string;
      /** Bytes of the reports and artifacts that a run may have in all its attempts; 200 GiB by default. */
      maxRunBytes?: number;
    };
    /** How much each owner and each user may have; more is answered with 429. */
    limits?: {
      owner?: {
        /** Runs of an owner's pipelines that have not ended; 1 000 by default. */
        runs?: number;
        /** Bytes of artifacts of an owner's pipelines past which no run is started; any number by default. */
        artifactBytes?: number;
      };
      user?: {
        /** Requests of a user to the API at the same time; 100 by default. */
        requests?: number;
        /** Logs that a user may follow at the same time, per backend; 100 by default. */
        followers?: number;
        /** Requests of a user or service to endpoints at the same time, per backend; 200 by default. */
        predictions?: number;
        /** WebSockets of a user or service to endpoints at the same time, per backend; 100 by default. */
        webSockets?: number;
      };
      attempt?: {
        /** Requests at the same time by which an attempt's engine fetches or uploads, per backend; 32 by default. */
        transfers?: number;
      };
    };
  };
}
