export interface Config {
  auth?: {
    providers?: {
      /**
       * Lets the plugins model-ci and model-ci-git act for users who are not there, so that the permission policy decides
       * about git tokens and automatic deployments. The key has no settings of its own: `model-ci: {}`.
       */
      'model-ci'?: object;
    };
  };
}
