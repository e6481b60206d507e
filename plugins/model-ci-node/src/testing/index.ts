/**
 * Test suites that every executor and every artifact store passes.
 *
 * @packageDocumentation
 */
export * from './artifactStoreContract';
export { documentedConfigs, documentedYaml } from './documented';
export { ClusterExecutor } from './fakeCluster/ClusterExecutor';
export { FakeCluster, JobExistsError } from './fakeCluster/FakeCluster';
export { FakeJob, type JobSpec, type JobState } from './fakeCluster/FakeJob';
export { runSimpleScript } from './runSimpleScript';
export { TransferServer } from './TransferServer';
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
  type ClusterControls,
  type ExecutorFeatures,
  type ExecutorUnderTest,
} from './support';
