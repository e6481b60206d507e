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

/** No run is prepared while no executor is installed. */
const NO_EXECUTOR = 'none';

function chooseDefaultExecutor(
  configured: string | undefined,
  executors: ReadonlyMap<string, Executor>,
): string {
  const [first] = executors.keys();
  return configured ?? first ?? NO_EXECUTOR;
}
