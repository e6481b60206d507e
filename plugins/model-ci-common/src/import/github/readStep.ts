import { reason } from '../../reasons';
import { addArtifact, type DraftStage, pathOfPattern } from '../draft';
import { exportOf } from '../expandInShell';
import { interpret, isolate, toWord, trimCommand } from '../shell';
import {
  childOf,
  entriesIn,
  entryOf,
  show,
  textOf,
  type Tree,
} from '../yamlTree';
import type { Context } from './context';
import { resolve, type Surroundings, testOf } from './expressions';
import { reportUnknown } from './reportUnknown';

/** What is known of a job while its steps are read. */
export interface JobContext extends Context {
  surroundings: Surroundings;
  hasContainer: boolean;
  /** Commands that set variables whose values the shell expands. */
  exports: string[];
}

export function readStep(
  step: Tree,
  stage: DraftStage,
  context: JobContext,
): void {
  const uses = entryOf(step, 'uses');
  const run = entryOf(step, 'run');
  if (uses) {
    readUses(step, stage, context);
  } else if (run) {
    readRun(step, stage, context);
  } else {
    const what = show('step', step);
    context.findings.left(step.offset, what, reason('import.unknown'));
  }
}

function readRun(step: Tree, stage: DraftStage, context: JobContext): void {
  const { findings } = context;
  const run = childOf(step, 'run');
  const shell = textOf(childOf(step, 'shell')) ?? '';
  const resolved = resolve(textOf(run) ?? '', context.surroundings);
  const offset = entryOf(step, 'run')?.offset ?? step.offset;
  const what = resolved.text;
  if (/^(?:pwsh|powershell|cmd)/.test(shell)) {
    const remedy = reason('import.remedyWindows');
    findings.left(offset, what, reason('import.windows'), remedy);
    return;
  }
  reportUnknown(resolved, offset, context);
  const script = trimCommand(resolved.text);
  const command = surround(
    shell.startsWith('python') ? interpret('python3', script) : isolate(script),
    step,
    context,
  );
  const when = whenOf(step, context);
  if (when === undefined) {
    const remedy = reason('import.remedyCondition');
    findings.left(offset, what, reason('import.stepLeft'), remedy);
    return;
  }
  const key = `stages.${stage.name}.run`;
  if (when.after) {
    stage.after.push({ when: when.after, command });
    const { name } = stage;
    findings.carried(offset, what, reason('import.after', { stage: name }));
  } else {
    stage.run.push(
      when.test ? `if ${when.test}; then\n${command}\nfi` : command,
    );
    findings.carried(offset, what, reason('import.became', { key }));
  }
}

/** The folder and the variables of a step, and whether it may fail. */
function surround(command: string, step: Tree, context: JobContext): string {
  const folder = textOf(childOf(step, 'working-directory')) ?? context.folder;
  const exports = entriesIn(childOf(step, 'env')).flatMap(
    ({ key, offset, value }) => {
      const resolved = resolve(textOf(value) ?? '', context.surroundings);
      reportUnknown(resolved, offset, context);
      const isName = /^[A-Za-z_]\w*$/.test(key);
      const isSecret = resolved.unknown.some(item => item.isSecret);
      return isName && !isSecret ? [exportOf(key, resolved.text)] : [];
    },
  );
  const before = [
    ...exports,
    ...(folder
      ? [`cd ${toWord(resolve(folder, context.surroundings).text)}`]
      : []),
  ];
  const mayFail = textOf(childOf(step, 'continue-on-error')) === 'true';
  const whole =
    before.length > 0 || mayFail
      ? ['(', ...before, command, ')'].join('\n')
      : command;
  return mayFail ? `${whole} || true` : whole;
}

/** When a step runs; undefined where that cannot be told. */
function whenOf(
  step: Tree,
  { findings }: Context,
): { test?: string; after?: 'failure' | 'always' } | undefined {
  const entry = entryOf(step, 'if');
  if (!entry) {
    return {};
  }
  const text = textOf(entry.value) ?? '';
  const word = /^(?:\$\{\{)?\s*(always|failure)\(\)\s*(?:\}\})?$/.exec(
    text.trim(),
  );
  if (word) {
    return { after: word[1] === 'failure' ? 'failure' : 'always' };
  }
  const test = testOf(text);
  const what = show('if', entry.value);
  if (test === undefined || test === 'false') {
    return undefined;
  }
  findings.carried(
    entry.offset,
    what,
    reason(test === 'true' ? 'import.always' : 'import.condition'),
  );
  return test === 'true' ? {} : { test };
}

type ReadAction = (step: Tree, stage: DraftStage, context: JobContext) => void;

const readCheckout: ReadAction = (step, _stage, { findings }) => {
  const { offset } = step;
  findings.carried(offset, 'actions/checkout', reason('import.checkout'));
  for (const option of entriesIn(childOf(step, 'with'))) {
    const what = show(option.key, option.value);
    if (option.key !== 'fetch-depth') {
      findings.left(option.offset, what, reason('import.checkoutOption'));
    }
  }
};

const readSetupPython: ReadAction = (step, stage, context) => {
  const { findings, hasContainer, surroundings } = context;
  const entry = entryOf(childOf(step, 'with'), 'python-version');
  const written = textOf(entry?.value) ?? '3';
  const version = resolve(written, surroundings).text;
  const offset = entry?.offset ?? step.offset;
  const what = `setup-python ${version}`;
  const key = `stages.${stage.name}.image`;
  if (hasContainer || !/^\d+(?:\.\d+){0,2}$/.test(version)) {
    const remedy = reason('import.remedyImageName', { key });
    findings.left(offset, what, reason('import.tool'), remedy);
  } else {
    stage.image = `python:${version}`;
    findings.changed(offset, what, reason('import.became', { key }));
  }
  const cache = entryOf(childOf(step, 'with'), 'cache');
  if (cache) {
    findings.left(
      cache.offset,
      show('cache', cache.value),
      reason('import.cache'),
      reason('import.remedyCache'),
    );
  }
};

const readUpload: ReadAction = (step, stage, context) => {
  const { findings, surroundings, uploads } = context;
  const options = childOf(step, 'with');
  const called = textOf(childOf(options, 'name')) ?? 'artifact';
  const name = resolve(called, surroundings).text;
  const entry = entryOf(options, 'path');
  const lines = (textOf(entry?.value) ?? '').split('\n');
  uploads.set(name, stage.name);
  for (const line of lines.filter(text => text.trim() !== '')) {
    const path = pathOfPattern(resolve(line, surroundings).text);
    const offset = entry?.offset ?? step.offset;
    const what = `upload-artifact ${line.trim()}`;
    if (path && !line.trim().startsWith('!')) {
      const kept = addArtifact(stage, lines.length > 1 ? path : name, path);
      const key = `stages.${stage.name}.artifacts.${kept}`;
      findings.carried(offset, what, reason('import.became', { key }));
    } else {
      const remedy = reason('import.remedyArtifact');
      findings.left(offset, what, reason('import.wholeWorkspace'), remedy);
    }
  }
};

const readDownload: ReadAction = (step, stage, context) => {
  const { findings, surroundings, uploads } = context;
  const options = childOf(step, 'with');
  const name = resolve(
    textOf(childOf(options, 'name')) ?? '',
    surroundings,
  ).text;
  const from = uploads.get(name);
  if (from && from !== stage.name && !stage.needs.includes(from)) {
    stage.needs.push(from);
  }
  const what = `download-artifact ${name}`;
  findings.carried(step.offset, what, reason('import.artifactsOfNeeds'));
  const path = entryOf(options, 'path');
  if (path) {
    findings.left(
      path.offset,
      show('path', path.value),
      reason('import.artifactPath'),
      reason('import.remedyArtifactPath'),
    );
  }
};

const leaveCache: ReadAction = (step, _stage, { findings }) => {
  const remedy = reason('import.remedyCache');
  findings.left(step.offset, 'actions/cache', reason('import.cache'), remedy);
};

const ACTIONS: Record<string, ReadAction> = {
  'actions/checkout': readCheckout,
  'actions/setup-python': readSetupPython,
  'actions/upload-artifact': readUpload,
  'actions/download-artifact': readDownload,
  'actions/cache': leaveCache,
};

function readUses(step: Tree, stage: DraftStage, context: JobContext): void {
  const { offset, value } = entryOf(step, 'uses') ?? {
    offset: step.offset,
    value: step,
  };
  const action = (textOf(value) ?? '').split('@')[0];
  const read = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (read) {
    read(step, stage, context);
  } else {
    const remedy = reason('import.remedyAction');
    const what = show('uses', value);
    context.findings.left(offset, what, reason('import.action'), remedy);
  }
}
