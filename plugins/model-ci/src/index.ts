/**
 * Pages, entity cards and entity tabs of Model CI.
 *
 * @packageDocumentation
 */
export { modelCiPlugin as default, modelCiPlugin } from './plugin';
export { modelCiApiRef } from './api';
export { modelCiTranslationRef } from './translation';
export { isModelPipelineAvailable } from './pipelineRefs';
