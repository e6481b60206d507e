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
