/**
 * Test suites that every executor and every artifact store passes.
 *
 * @packageDocumentation
 */
export * from './artifactStoreContract';
export { describeExecutorContract, type ExecutorFeatures } from './executorContract';
export {
  archive,
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  readLog,
  unpack,
  type ExecutorUnderTest,
} from './support';
