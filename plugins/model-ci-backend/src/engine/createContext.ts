import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import { RunContents } from './RunContents';
import type { EngineOptions } from './types';

/** What operations that move a run need to know of the engine's surroundings. */
export function createContext(options: EngineOptions): AdvanceContext {
  const contents = new RunContents();
  const { config, executors, source } = options;
  return {
    findRunContent: (db, runId) => contents.load(db, runId),
    defaultExecutor: chooseDefaultExecutor(
      config.defaultExecutor,
      executors.values(),
    ),
    imageExecutors: new Set(
      [...executors.values()]
        .filter(({ needsImage }) => needsImage)
        .map(({ name }) => name),
    ),
    ...buildExecutorOf(config.defaultExecutor, executors.values()),
    defaultCpus: config.defaultCpus,
    findDefaultBranch: sourceUrl => source.findDefaultBranch(sourceUrl),
  };
}

/** No run is prepared while no executor is installed. */
const NO_EXECUTOR = 'none';

/** One that can run every stage, with an image or without, where there is one. */
export function chooseDefaultExecutor(
  configured: string | undefined,
  executors: Iterable<Pick<Executor, 'name' | 'needsImage'>>,
): string {
  // Modules register in no order of their own, and each start has to choose alike.
  const inOrder = [...executors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [first] = inOrder;
  const anyStage = inOrder.find(({ needsImage }) => !needsImage);
  return configured ?? anyStage?.name ?? first?.name ?? NO_EXECUTOR;
}

/** The default one if it builds images, or else the first that does. */
function buildExecutorOf(
  configured: string | undefined,
  executors: Iterable<Pick<Executor, 'name' | 'buildsImages'>>,
): Pick<AdvanceContext, 'buildExecutor'> {
  const names = [...executors]
    .filter(({ buildsImages }) => buildsImages)
    .map(({ name }) => name)
    .sort();
  const buildExecutor = names.find(name => name === configured) ?? names[0];
  return buildExecutor === undefined ? {} : { buildExecutor };
}
