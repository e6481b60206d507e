/**
 * Runs stages of Model CI as batch jobs of Slurm clusters.
 *
 * @packageDocumentation
 */
export { modelCiModuleSlurm as default } from './module';
export { SlurmExecutor } from './SlurmExecutor';
export { Cluster } from './Cluster';
export { readClusterConfigs, type ClusterConfig } from './config';
export { runnerOf } from './commands/prefixes';
