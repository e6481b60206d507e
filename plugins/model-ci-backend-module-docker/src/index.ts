/**
 * Runs stages and services of Model CI in containers of Docker Engines.
 *
 * @packageDocumentation
 */
export { modelCiModuleDocker as default } from './module';
export { DockerExecutor } from './DockerExecutor';
export { Engines } from './Engines';
export type { EngineAddress, EngineConfig } from './config';
