import type { ExecutorType } from '@model-ci/backstage-plugin-model-ci-common';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import { RunContents } from './RunContents';
import type { EngineOptions } from './types';

/** What operations that move a run need to know of the engine's surroundings. */
export function createContext(options: EngineOptions): AdvanceContext {
  const contents = new RunContents();
  const { config, executors, source, results } = options;
  return {
    loadContent: (db, runId) => contents.load(db, runId),
    defaultExecutor: chooseDefaultExecutor(config.defaultExecutor, executors),
    defaultCpus: config.defaultCpus,
    defaultBranch: sourceUrl => source.defaultBranch(sourceUrl),
    registerVersion: (tx, run) => results.registerVersion(tx, run),
  };
}

/** Without any executor, stages wait for the one that a new installation is likely to turn on. */
function chooseDefaultExecutor(
  configured: ExecutorType | undefined,
  executors: ReadonlyMap<ExecutorType, Executor>,
): ExecutorType {
  const [first] = executors.keys();
  return configured ?? first ?? 'process';
}
