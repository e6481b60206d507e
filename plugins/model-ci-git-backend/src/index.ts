/**
 * A git host inside the Backstage backend, for portals without a code host.
 *
 * @packageDocumentation
 */
export { default } from './featureLoader';
export { modelCiGitPlugin } from './plugin';
export { gitHostUrlReaderServiceFactory } from './urlReader/serviceFactory';
export {
  createGitRepositoryConditionalDecision,
  gitRepositoryConditions,
} from './permissions/rules';
