export * from './createDeployments';
export * from './createEndpointProxy';
export { DeploymentLoop } from './DeploymentLoop';
export { DeploymentService } from './DeploymentService';
export { readEnvironments, type ConfiguredEnvironment } from './environments';
