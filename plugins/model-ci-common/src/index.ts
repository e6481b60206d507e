/**
 * Types, schemas, permissions and the API client of Model CI.
 *
 * @packageDocumentation
 */
export * from './status';
export * from './entity';
export * from './permissions';
export * from './signals';
export * from './reasons';
export * from './api/types';
export * from './api/gates';
export * from './api/history';
export * from './api/instances';
export * from './api/examples';
export * from './api/lineage';
export * from './api/mergeChecks';
export * from './api/aliases';
export * from './api/gpus';
export * from './api/deliveries';
export * from './api/schedules';
export * from './api/repositories';
export * from './api/secrets';
export * from './api/series';
export * from './api/caches';
export * from './api/tokens';
export * from './api/externalRuns';
export * from './definition/types';
export * from './client';
export {
  EXECUTOR_NAME_PATTERN,
  executorNotInstalled,
  type ExecutorOptions,
  type ExecutorRules,
  type InstalledExecutors,
} from './definition/executors';
export { branchMatches } from './definition/branches';
export {
  type ChangedPaths,
  changedPathsMatch,
  findTouched,
} from './definition/changedPaths';
export { checkPipelineDefinition } from './definition/checkPipelineDefinition';
export { packDefinition, unpackDefinition } from './definition/packDefinition';
export {
  canonicalDefinition,
  parseStoredDefinition,
  parseStoredStage,
} from './definition/stored';
export {
  ALIAS_PATTERN,
  aliasSchema,
  MAX_ALIAS_LENGTH,
} from './definition/keys/gates';
export { DEFAULT_CONFIDENCE } from './definition/defaults';
export { MAX_TIMEOUT_SECONDS } from './definition/schema';
export { datasetVariable } from './definition/rules';
export * from './definition/instances';
export { externalStage } from './definition/externalStage';
export * from './definition/parameters';
export type { StageCondition } from './definition/keys/when';
export { type CronTimes, parseCron } from './definition/keys/cron';
export type { ScheduleDefinition } from './definition/keys/schedule';
export {
  MAX_PARAMETERS,
  MAX_PARAMETER_TEXT,
} from './definition/keys/parameters';
export type { ParameterDefinition } from './definition/keys/storedParameters';
export type { DefinitionProblem } from './definition/problems';
export { parseDuration, parseSize } from './definition/units';
export { parsePipelineDefinition } from './definition/parsePipelineDefinition';
export { pipelineDefinitionJsonSchema } from './definition/jsonSchema';
export * from './import';
export * from './inputLimits';
export { shownDecimals } from './shownDecimals';
export * from './templates/templateTexts';
export * from './gitApi';
export * from './gitPermissions';
export * from './gitPullRequests';
export * from './gitUrl';
