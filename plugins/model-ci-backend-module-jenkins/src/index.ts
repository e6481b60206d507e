/**
 * Runs stages of Model CI as builds of a Jenkins job.
 *
 * @packageDocumentation
 */
export { modelCiModuleJenkins as default } from './module';
export { Controller } from './Controller';
export { JenkinsExecutor } from './JenkinsExecutor';
export { readControllerConfigs, type ControllerConfig } from './config';
