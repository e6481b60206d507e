/**
 * The kind ModelPipeline and the compute nodes of Model CI in the catalog.
 *
 * @packageDocumentation
 */
export { catalogModuleModelCi as default } from './module';
export { includeResolver } from './include/includeResolver';
export { ModelPipelineProcessor } from './pipelines/ModelPipelineProcessor';
export { modelPipelineRefreshKey } from './pipelines/refreshKey';
export { ComputeNodeEntityProvider } from './nodes/ComputeNodeEntityProvider';
export { PushRefreshProvider } from './pushes/PushRefreshProvider';
