/**
 * Test suites that every executor and every artifact store passes.
 *
 * @packageDocumentation
 */
export * from './artifactStoreContract';
export { describeExecutorContract } from './executorContract';
export {
  archive,
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  processAlive,
  readLog,
  uniqueSeconds,
  unpack,
  type ExecutorFeatures,
  type ExecutorUnderTest,
} from './support';
