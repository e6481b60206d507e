/**
 * Runs stages and services of Model CI as processes of the backend's machine.
 *
 * @packageDocumentation
 */
export { modelCiModuleProcess as default } from './module';
export { ProcessExecutor } from './ProcessExecutor';
export type { ProcessConfig } from './config';
