/**
 * Module of Backstage's events backend: takes the webhooks of Gitea, Forgejo and Bitbucket Cloud, for which Backstage
 * has no module that checks their signatures.
 *
 * @packageDocumentation
 */
export { eventsModuleModelCi as default } from './module';
