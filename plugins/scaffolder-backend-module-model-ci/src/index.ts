/**
 * Scaffolder actions of Model CI.
 *
 * @packageDocumentation
 */
export { scaffolderModuleModelCi as default } from './module';
export { createRepositoryCreateAction } from './actions/repositoryCreate';
export { createRunStartAction } from './actions/runStart';
