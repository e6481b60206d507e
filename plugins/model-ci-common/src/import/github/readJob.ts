import { reason } from '../../reasons';
import type { DraftStage } from '../draft';
import { exportOf } from '../expandInShell';
import {
  type KnownKey,
  lost,
  nothingLost,
  readImage,
  reportKey,
} from '../readVariables';
import {
  childOf,
  entriesIn,
  itemsIn,
  show,
  textOf,
  textsIn,
  type Tree,
  type TreeEntry,
} from '../yamlTree';
import type { Context } from './context';
import { resolve, testOf } from './expressions';
import { type JobContext, readStep } from './readStep';
import { reportUnknown } from './reportUnknown';

type ReadKey = (
  entry: TreeEntry,
  stage: DraftStage,
  context: JobContext,
) => void;

const DEPLOY = lost(reason('import.deploy'), reason('import.remedyDeploy'));

const OTHERS: Record<string, KnownKey> = {
  name: nothingLost(reason('import.notNeeded')),
  permissions: nothingLost(reason('import.notNeeded')),
  environment: DEPLOY,
  services: lost(reason('import.services'), reason('import.remedyServices')),
  uses: lost(reason('import.include'), reason('import.remedyInclude')),
};

/** The first of all combinations. */
function readMatrix(
  strategy: Tree | undefined,
  { findings }: Context,
): Record<string, string> {
  const first: Record<string, string> = {};
  for (const { key, offset, value } of entriesIn(childOf(strategy, 'matrix'))) {
    const [item] = itemsIn(value);
    const text = textOf(item);
    if (key === 'include') {
      for (const { key: name, value: extra } of entriesIn(item)) {
        first[name] ??= textOf(extra) ?? '';
      }
    } else if (key !== 'exclude' && text !== undefined) {
      first[key] = text;
    }
    findings.changed(
      offset,
      show(key, value),
      reason('import.first', { value: text ?? show(key, item) }),
      reason('import.remedyMatrix'),
    );
  }
  return first;
}

/** Variables; those with expressions are set in the shell. */
function readEnv(
  tree: Tree | undefined,
  stage: DraftStage,
  context: JobContext,
  reported = true,
): void {
  for (const { key, offset, value } of entriesIn(tree)) {
    const resolved = resolve(textOf(value) ?? '', context.surroundings);
    if (!/^[A-Za-z_]\w*$/.test(key) || value.kind !== 'scalar') {
      context.findings.left(offset, show(key, value), reason('import.unknown'));
      continue;
    }
    reportUnknown(resolved, offset, context);
    if (resolved.unknown.some(({ isSecret }) => isSecret)) {
      continue;
    }
    if (resolved.hasVariables) {
      context.exports.push(exportOf(key, resolved.text));
    } else {
      stage.env[key] = resolved.text;
    }
    if (reported) {
      const name = { key: `stages.${stage.name}.env.${key}` };
      const what = show(key, value);
      context.findings.carried(offset, what, reason('import.became', name));
    }
  }
}

const readNeeds: ReadKey = ({ offset, value }, stage, context) => {
  for (const name of textsIn(value)) {
    const needed = context.stages.get(name);
    const what = `needs: ${name}`;
    if (needed) {
      stage.needs.push(needed);
      const key = `stages.${stage.name}.needs`;
      context.findings.carried(offset, what, reason('import.became', { key }));
    } else {
      context.findings.left(offset, what, reason('import.noSuch', { name }));
    }
  }
};

const readRunsOn: ReadKey = ({ offset, value }, _stage, context) => {
  const what = show('runs-on', value);
  const text = resolve(textOf(value) ?? '', context.surroundings).text;
  const { findings } = context;
  if (/^ubuntu-/.test(text)) {
    const remedy = reason('import.remedyImage');
    findings.changed(offset, what, reason('import.runner'), remedy);
  } else {
    const remedy = reason('import.remedyLabel');
    findings.left(offset, what, reason('import.label'), remedy);
  }
};

const readTimeout: ReadKey = ({ offset, value }, stage, { findings }) => {
  const minutes = textOf(value) ?? '';
  const what = show('timeout-minutes', value);
  if (/^[1-9]\d{0,5}$/.test(minutes)) {
    stage.timeout = `${minutes}m`;
    const key = `stages.${stage.name}.timeout`;
    findings.carried(offset, what, reason('import.became', { key }));
  } else {
    findings.left(offset, what, reason('import.unknown'));
  }
};

const readIf: ReadKey = ({ offset, value }, stage, { findings }) => {
  const test = testOf(textOf(value) ?? '');
  const what = show('if', value);
  const remedy = reason('import.remedyCondition');
  if (test === undefined) {
    findings.left(offset, what, reason('import.conditionLost'), remedy);
  } else if (test === 'true') {
    findings.carried(offset, what, reason('import.always'));
  } else {
    stage.guard = test;
    const why = test === 'false' ? 'import.never' : 'import.condition';
    findings.carried(offset, what, reason(why));
  }
};

const KEYS: Record<string, ReadKey> = {
  needs: readNeeds,
  'runs-on': readRunsOn,
  'timeout-minutes': readTimeout,
  if: readIf,
  env: ({ value }, stage, context) => readEnv(value, stage, context),
  container: ({ value }, stage, context) =>
    readImage(
      value,
      stage,
      `stages.${stage.name}`,
      context.findings,
      text => resolve(text, context.surroundings).text,
    ),
  defaults: ({ offset, value }, _stage, { findings }) =>
    findings.carried(offset, show('defaults', value), reason('import.inEach')),
  'continue-on-error': ({ offset, value }, stage, { findings }) => {
    stage.allowFailure = textOf(value) === 'true' ? true : undefined;
    const key = `stages.${stage.name}.allowFailure`;
    const what = show('continue-on-error', value);
    findings.carried(offset, what, reason('import.became', { key }));
  },
};

export function readJob(
  { key, offset, value }: TreeEntry,
  stage: DraftStage,
  shared: Context,
): void {
  const { findings } = shared;
  const name = { key: `stages.${stage.name}` };
  findings.carried(offset, key, reason('import.became', name));
  const matrix = readMatrix(childOf(value, 'strategy'), shared);
  const run = childOf(childOf(value, 'defaults'), 'run');
  const folder = textOf(childOf(run, 'working-directory')) ?? shared.folder;
  const context: JobContext = {
    ...shared,
    surroundings: { matrix },
    hasContainer: childOf(value, 'container') !== undefined,
    folder,
    exports: [],
  };
  readEnv(shared.env, stage, context, false);
  for (const entry of entriesIn(value)) {
    const read = Object.hasOwn(KEYS, entry.key) ? KEYS[entry.key] : undefined;
    if (read) {
      read(entry, stage, context);
    } else if (!['steps', 'strategy'].includes(entry.key)) {
      reportKey(OTHERS, entry, findings);
    }
  }
  for (const step of itemsIn(childOf(value, 'steps'))) {
    readStep(step, stage, context);
  }
  stage.run.unshift(...context.exports);
}
