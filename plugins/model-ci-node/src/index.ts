/**
 * The contracts that executors and artifact stores of Model CI fulfil.
 *
 * @packageDocumentation
 */
export * from './executor';
export * from './PlatformError';
export * from './ResultsLostError';
export * from './artifactStore';
export * from './extensions';
export * from './gpus';
export * from './pullRequest';
export * from './push';
export * from './asUser';
export { openMigrated } from './openMigrated';
export * from './workspace';
export * from './uploads';
export { readLabels, readSize } from './nodeConfig';
export * from './nodes';
export * from './registries';
export * from './images';
export * from './hosts';
export * from './requests';
export * from './WindowLimiter';
export { reasonOf, withReason } from './withReason';
export {
  abortError,
  atDeadline,
  deferred,
  untilAborted,
  type Deferred,
} from './waiting';
