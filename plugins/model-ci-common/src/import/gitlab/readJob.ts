import { reason } from '../../reasons';
import { approve } from '../approve';
import {
  addArtifact,
  type Draft,
  type DraftStage,
  pathOfPattern,
} from '../draft';
import type { Findings } from '../Findings';
import {
  lost,
  nothingLost,
  expand,
  type KnownKey,
  readImage,
  readVariables,
  reportKey,
  toDuration,
} from '../readVariables';
import { reportCommands } from '../reportCommands';
import { allOf, trimCommand } from '../shell';
import {
  childOf,
  entriesIn,
  entryOf,
  itemsIn,
  show,
  textOf,
  textsIn,
  type TreeEntry,
  type TreeMap,
} from '../yamlTree';
import {
  type Condition,
  conditionOfRefs,
  conditionOfRules,
} from './conditions';

interface Context {
  draft: Draft;
  defaults: TreeMap;
  findings: Findings;
}

type ReadKey = (entry: TreeEntry, stage: DraftStage, context: Context) => void;

const OTHERS: Record<string, KnownKey> = {
  services: lost(reason('import.services'), reason('import.remedyServices')),
  cache: lost(reason('import.cache'), reason('import.remedyCache')),
  tags: lost(reason('import.label'), reason('import.remedyLabel')),
  environment: lost(reason('import.deploy'), reason('import.remedyDeploy')),
  release: lost(reason('import.deploy'), reason('import.remedyDeploy')),
  parallel: lost(reason('import.matrix'), reason('import.remedyMatrix')),
  secrets: lost(reason('import.secret'), reason('import.remedyCredentials')),
  id_tokens: lost(reason('import.secret'), reason('import.remedyCredentials')),
  interruptible: nothingLost(reason('import.notNeeded')),
  coverage: lost(reason('import.coverage'), reason('import.remedyCoverage')),
};

/** Handled elsewhere. */
const PASSED = new Set([
  'stage',
  'needs',
  'dependencies',
  'script',
  'before_script',
  'after_script',
]);

const ARTIFACT_KEYS: Record<string, KnownKey> = {
  expire_in: lost(reason('import.expiry')),
  when: lost(reason('import.ofSuccess')),
  name: nothingLost(reason('import.notNeeded')),
  expose_as: nothingLost(reason('import.notNeeded')),
  public: nothingLost(reason('import.notNeeded')),
};

function readCommands(
  body: TreeMap,
  stage: DraftStage,
  findings: Findings,
): void {
  for (const key of ['before_script', 'script']) {
    const entry = entryOf(body, key);
    for (const command of textsIn(entry?.value)) {
      stage.run.push(trimCommand(command));
    }
    reportCommands(entry, `stages.${stage.name}.run`, findings);
  }
  const after = entryOf(body, 'after_script');
  const commands = textsIn(after?.value);
  if (after && commands.length > 0) {
    // In a shell of its own, as GitLab has it.
    const command = ['(', ...commands.map(trimCommand), ')'].join('\n');
    stage.after.push({ when: 'always', command });
    findings.carried(
      after.offset,
      show('after_script', after.value),
      reason('import.after', { stage: stage.name }),
    );
  }
}

const readArtifacts: ReadKey = ({ value }, stage, { findings }) => {
  const where = `stages.${stage.name}`;
  for (const item of itemsIn(childOf(value, 'paths'))) {
    const written = textOf(item) ?? '';
    const path = pathOfPattern(written);
    if (path) {
      const name = addArtifact(stage, path, path);
      const key = `${where}.artifacts.${name}`;
      findings.carried(item.offset, written, reason('import.became', { key }));
    } else {
      findings.left(
        item.offset,
        written,
        reason('import.wholeWorkspace'),
        reason('import.remedyArtifact'),
      );
    }
  }
  for (const entry of entriesIn(childOf(value, 'reports'))) {
    readReport(entry, stage, findings);
  }
  for (const entry of entriesIn(value)) {
    if (entry.key !== 'paths' && entry.key !== 'reports') {
      reportKey(ARTIFACT_KEYS, entry, findings);
    }
  }
};

function readReport(
  entry: TreeEntry,
  stage: DraftStage,
  findings: Findings,
): void {
  if (entry.key !== 'junit') {
    reportKey({}, entry, findings);
    return;
  }
  const paths = textsIn(entry.value).map(path => path.replace(/^\.\//, ''));
  stage.junit.push(...paths);
  const key = `stages.${stage.name}.reports.junit`;
  const what = show('junit', entry.value);
  findings.carried(entry.offset, what, reason('import.became', { key }));
}

function setCondition(
  condition: Condition,
  { key, offset, value }: TreeEntry,
  stage: DraftStage,
  { draft, findings }: Context,
): void {
  const what = show(key, value);
  const remedy = reason('import.remedyCondition');
  switch (condition.type) {
    case 'always':
      findings.carried(offset, what, reason('import.always'));
      return;
    case 'test':
      addGuard(stage, condition.test);
      findings.carried(offset, what, reason('import.condition'));
      return;
    case 'manual':
      if (condition.test) {
        addGuard(stage, condition.test);
      }
      approve(stage, draft, findings, { offset, what });
      return;
    case 'never':
      addGuard(stage, 'false');
      findings.left(offset, what, reason('import.never'), remedy);
      return;
    default:
      findings.left(offset, what, reason('import.conditionLost'), remedy);
  }
}

function addGuard(stage: DraftStage, test: string): void {
  stage.guard = stage.guard ? allOf([stage.guard, test]) : test;
}

const readWhen: ReadKey = (entry, stage, context) => {
  const { key, offset, value } = entry;
  const what = show(key, value);
  switch (textOf(value)) {
    case 'manual':
      approve(stage, context.draft, context.findings, { offset, what });
      return;
    case 'on_success':
      context.findings.carried(offset, what, reason('import.always'));
      return;
    default:
      context.findings.left(
        offset,
        what,
        reason('import.conditionLost'),
        reason('import.remedyCondition'),
      );
  }
};

const readRetry: ReadKey = ({ key, offset, value }, stage, { findings }) => {
  const max = Number(textOf(value) ?? textOf(childOf(value, 'max')) ?? NaN);
  const remedy = reason('import.remedyRetry');
  if (Number.isInteger(max) && max >= 0 && max <= 2) {
    stage.retry = max;
    const why = reason('import.retryPlatform', {
      key: `stages.${stage.name}.retry`,
    });
    findings.changed(offset, show(key, value), why, remedy);
  } else {
    findings.left(offset, show(key, value), reason('import.retry'), remedy);
  }
};

const readTimeout: ReadKey = ({ offset, value }, stage, { findings }) => {
  const timeout = toDuration(textOf(value) ?? '');
  const what = show('timeout', value);
  if (timeout) {
    stage.timeout = timeout;
    const key = `stages.${stage.name}.timeout`;
    findings.carried(offset, what, reason('import.became', { key }));
  } else {
    findings.left(offset, what, reason('import.unknown'));
  }
};

const readAllowFailure: ReadKey = ({ offset, value }, stage, { findings }) => {
  const what = show('allow_failure', value);
  const key = `stages.${stage.name}.allowFailure`;
  const text = textOf(value);
  if (text !== undefined) {
    stage.allowFailure = text === 'true' ? true : undefined;
    findings.carried(offset, what, reason('import.became', { key }));
  } else {
    findings.left(offset, what, reason('import.unknown'));
  }
};

const KEYS: Record<string, ReadKey> = {
  image: ({ value }, stage, { draft, findings }) =>
    readImage(value, stage, `stages.${stage.name}`, findings, name =>
      expand(name, { ...draft.env, ...stage.env }),
    ),
  variables: ({ value }, stage, { findings }) =>
    readVariables(value, stage.env, `stages.${stage.name}`, findings),
  artifacts: readArtifacts,
  rules: (entry, stage, context) =>
    setCondition(conditionOfRules(entry.value), entry, stage, context),
  only: (entry, stage, context) =>
    setCondition(conditionOfRefs(entry.value, false), entry, stage, context),
  except: (entry, stage, context) =>
    setCondition(conditionOfRefs(entry.value, true), entry, stage, context),
  when: readWhen,
  retry: readRetry,
  timeout: readTimeout,
  allow_failure: readAllowFailure,
};

export function readJob(
  body: TreeMap,
  stage: DraftStage,
  context: Context,
): void {
  const own = new Set(body.entries.map(({ key }) => key));
  const inherited = context.defaults.entries.filter(({ key }) => !own.has(key));
  const whole = { ...body, entries: [...body.entries, ...inherited] };
  readCommands(whole, stage, context.findings);
  for (const entry of whole.entries) {
    const read = Object.hasOwn(KEYS, entry.key) ? KEYS[entry.key] : undefined;
    if (read) {
      read(entry, stage, context);
    } else if (!PASSED.has(entry.key)) {
      reportKey(OTHERS, entry, context.findings);
    }
  }
}
