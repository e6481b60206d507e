import { HumanDuration } from '@backstage/types';

export interface Config {
  modelCi?: {
    /** The git host inside the backend; without this key it is off. */
    git?: {
      /**
       * Folder of the bare repositories. A relative path counts from the working directory of the backend.
       * Several backends share the host by sharing the folder and the database.
       */
      directory: string;
      /** Largest push or uploaded tree in bytes. Defaults to 1 GiB. */
      maxPushBytes?: number;
      /** Most files in an uploaded tree. Defaults to 50000. */
      maxFiles?: number;
      /** Longest time that one clone, fetch or push may take. Defaults to one hour. */
      requestTimeout?: HumanDuration | string;
      /** Clones, fetches and pushes served at the same time by one backend. Defaults to 32. */
      maxConcurrentRequests?: number;
      /** Of these, how many one user may have at the same time. Defaults to 8. */
      maxConcurrentRequestsPerUser?: number;
      /** Requests of git and Git LFS that one user may make in a minute. Defaults to 1200. */
      maxRequestsPerMinute?: number;
      /** Branches and tags that one push may move. Defaults to 1000. */
      maxRefsPerPush?: number;
      /** Most files of a tree that may be read at once, for a run or the catalog. Defaults to 200000. */
      maxTreeFiles?: number;
      /** Most bytes of a tree that may be read at once, content in Git LFS included. Defaults to 20 GiB. */
      maxTreeBytes?: number;
      /**
       * Ids of the plugins that may read every repository through Backstage's UrlReader, for whoever asks them to. Defaults to
       * catalog and model-ci. With `scaffolder`, whoever may run or try out a template reads every repository.
       */
      readers?: string[];
      quotas?: {
        /** Repositories that one group or user may own. Defaults to 500. */
        repositoriesPerOwner?: number;
        /** Bytes that the repositories of one group or user may take together. Defaults to 100 GiB. */
        bytesPerOwner?: number;
      };
      pullRequests?: {
        /**
         * Whether a pull request of a repository with pipelines is merged only once the runs of its newest commit have
         * succeeded, unless somebody with `model-ci-git.repository.bypass` gives a reason. Defaults to true.
         */
        pipelinesMustSucceed?: boolean;
      };
      tokens?: {
        /**
         * Lets git tokens work in a portal without auth-backend-module-model-ci, in which the permission policy cannot be
         * asked: every token then reads every repository. Defaults to false.
         */
        withoutPolicy?: boolean;
      };
    };
  };
}
