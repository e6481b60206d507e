export interface Config {
  events?: {
    modules?: {
      gitea?: {
        /**
         * Secret of the webhooks of Gitea and Forgejo. Without it, they are not taken.
         * @visibility secret
         */
        webhookSecret?: string;
      };
      bitbucketCloud?: {
        /**
         * Secret of the webhooks of Bitbucket Cloud. Without it, they are not taken.
         * @visibility secret
         */
        webhookSecret?: string;
      };
    };
  };
}
