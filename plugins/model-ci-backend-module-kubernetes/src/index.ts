/**
 * Runs stages of Model CI as pods of Kubernetes clusters.
 *
 * @packageDocumentation
 */
export { modelCiModuleKubernetes as default } from './module';
export { Clusters } from './Clusters';
export { KubernetesExecutor } from './KubernetesExecutor';
export { readClusterConfigs, type ClusterConfig } from './config';
