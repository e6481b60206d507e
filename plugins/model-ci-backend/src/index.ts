/**
 * The engine, storage and HTTP interface of Model CI.
 *
 * @packageDocumentation
 */
export { modelCiPlugin as default } from './plugin';
export {
  createModelPipelineConditionalDecision,
  modelPipelineConditions,
} from './permissions/rules';
