import { reason } from '../../reasons';
import { approve } from '../approve';
import { addArtifact, type DraftStage, pathOfPattern } from '../draft';
import { isolate, quoteShell, toWord } from '../shell';
import type { Context } from './context';
import type { Statement, Value } from './parse';
import { argOf, plainArg, plainText, shellText, toDuration } from './values';

/** Where steps go. */
export interface Steps {
  /** Absent for those of the whole pipeline, which may do things in any stage. */
  stage?: DraftStage;
  /** Whether there is but one step, which is all that the stage does. */
  isOnly?: boolean;
  emit(command: string): void;
}

type ReadStep = (step: Statement, steps: Steps, context: Context) => void;

export function stepsOf(stage: DraftStage): Steps {
  return { stage, emit: command => stage.run.push(command) };
}

function leaveCode(step: Statement, { findings }: Context): void {
  const remedy = reason('import.remedyCode');
  findings.left(step.offset, step.text, reason('import.code'), remedy);
}

/** A text of the step for the shell; what it has of Groovy's expressions is reported. */
function toShell(
  value: Value | undefined,
  step: Statement,
  context: Context,
): string | undefined {
  const shell = shellText(value);
  for (const { expression, variable } of shell?.unknown ?? []) {
    context.findings.changed(
      step.offset,
      `\${${expression}}`,
      reason('import.expression', { variable }),
      reason('import.remedyVariable', { variable }),
    );
  }
  return shell?.text;
}

function carry(step: Statement, { stage }: Steps, context: Context): void {
  const why = stage
    ? reason('import.became', { key: `stages.${stage.name}.run` })
    : reason('import.command');
  context.findings.carried(step.offset, step.text, why);
}

const readSh: ReadStep = (step, steps, context) => {
  const command = toShell(argOf(step, 'script'), step, context);
  if (command === undefined) {
    leaveCode(step, context);
    return;
  }
  const mayFail = plainText(step.named.get('returnStatus')) === 'true';
  steps.emit(mayFail ? `(\n${command}\n) || true` : isolate(command));
  carry(step, steps, context);
};

const readEcho: ReadStep = (step, steps, context) => {
  const shell = shellText(argOf(step, 'message'));
  if (shell === undefined) {
    leaveCode(step, context);
    return;
  }
  const plain = plainText(argOf(step, 'message'));
  const words = plain === undefined ? echoed(step, context) : quoteShell(plain);
  steps.emit(`echo ${words}`);
  carry(step, steps, context);
};

/** A text with variables, of which the shell takes nothing else for its own. */
function echoed(step: Statement, context: Context): string {
  const value = argOf(step, 'message');
  if (value?.type !== 'string') {
    return `"${toShell(value, step, context) ?? ''}"`;
  }
  const escaped = value.parts.map(part =>
    typeof part === 'string' ? part.replace(/[\\"$`]/g, String.raw`\$&`) : part,
  );
  // No quote of the shell may close what stands around.
  const text = escaped.map(part =>
    typeof part === 'string'
      ? part
      : toShell({ ...value, parts: [part] }, step, context),
  );
  return `"${text.join('')}"`;
}

const readError: ReadStep = (step, steps, context) => {
  const message = plainArg(step, 'message') ?? 'error';
  steps.emit(`echo ${quoteShell(message)} >&2; exit 1`);
  carry(step, steps, context);
};

const readSleep: ReadStep = (step, steps, context) => {
  const time = plainArg(step, 'time');
  const duration = toDuration(step);
  const isSeconds = step.named.get('unit') === undefined;
  const seconds = isSeconds ? time : duration;
  if (seconds && /^\d{1,6}[smhd]?$/.test(seconds)) {
    steps.emit(`sleep ${seconds}`);
    carry(step, steps, context);
  } else {
    leaveCode(step, context);
  }
};

const readWriteFile: ReadStep = (step, steps, context) => {
  const file = plainText(step.named.get('file'));
  const text = plainText(step.named.get('text'));
  if (file === undefined || text === undefined) {
    leaveCode(step, context);
    return;
  }
  steps.emit(`printf '%s' ${quoteShell(text)} > ${toWord(file)}`);
  carry(step, steps, context);
};

/** Steps within another one, as one command. */
function wrap(
  step: Statement,
  steps: Steps,
  context: Context,
  before: string[],
): void {
  const inner: string[] = [];
  readSteps(
    step.block ?? [],
    { ...steps, emit: add => inner.push(add) },
    context,
  );
  if (inner.length > 0) {
    steps.emit(['(', ...before, ...inner, ')'].join('\n'));
  }
}

const readDir: ReadStep = (step, steps, context) => {
  const path = plainArg(step, 'path');
  if (path === undefined) {
    leaveCode(step, context);
    return;
  }
  context.findings.carried(
    step.offset,
    `dir('${path}')`,
    reason('import.command'),
  );
  wrap(step, steps, context, [`cd ${toWord(path)}`]);
};

const readWithEnv: ReadStep = (step, steps, context) => {
  const list = argOf(step, 'overrides');
  const items = list?.type === 'list' ? list.items.map(plainText) : [];
  const exports = items.flatMap(item => {
    const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(item ?? '') ?? [];
    return name ? [`export ${name}=${quoteShell(value)}`] : [];
  });
  if (exports.length < items.length || list?.type !== 'list') {
    const why = reason('import.code');
    context.findings.left(step.offset, 'withEnv', why);
  } else {
    const why = reason('import.command');
    context.findings.carried(step.offset, 'withEnv', why);
  }
  wrap(step, steps, context, exports);
};

const readWithCredentials: ReadStep = (step, steps, context) => {
  const remedy = reason('import.remedyCredentials');
  const [head] = step.text.split('{');
  context.findings.left(step.offset, head, reason('import.secret'), remedy);
  readSteps(step.block ?? [], steps, context);
};

/** A step that stands around others and adds nothing to them here. */
function unwrap(code: 'import.logTimes' | 'import.notNeeded'): ReadStep {
  return (step, steps, context) => {
    context.findings.carried(step.offset, step.name, reason(code));
    readSteps(step.block ?? [], steps, context);
  };
}

const readTimeout: ReadStep = (step, steps, context) => {
  const timeout = toDuration(step);
  if (timeout && steps.isOnly && steps.stage && !steps.stage.timeout) {
    steps.stage.timeout = timeout;
    const key = `stages.${steps.stage.name}.timeout`;
    context.findings.changed(
      step.offset,
      `timeout ${timeout}`,
      reason('import.timeoutStage', { key }),
    );
  } else {
    context.findings.left(step.offset, 'timeout', reason('import.unknown'));
  }
  readSteps(step.block ?? [], steps, context);
};

const readRetry: ReadStep = (step, steps, context) => {
  const remedy = reason('import.remedyRetry');
  context.findings.left(step.offset, 'retry', reason('import.retry'), remedy);
  readSteps(step.block ?? [], steps, context);
};

const readCatchError: ReadStep = (step, steps, context) => {
  if (steps.stage) {
    steps.stage.allowFailure = true;
  }
  const why = reason('import.mayFail');
  context.findings.changed(step.offset, step.name, why);
  readSteps(step.block ?? [], steps, context);
};

const leaveAgent: ReadStep = (step, steps, context) => {
  context.findings.left(
    step.offset,
    step.name,
    reason('import.agent'),
    reason('import.remedyAgent'),
  );
  readSteps(step.block ?? [], steps, context);
};

const MAX_SCRIPT_DEPTH = 10;

/** A `script` of nothing but steps is these steps; any other is code. */
const readScript: ReadStep = (step, steps, context) => {
  if (isPlain(step.block ?? [], MAX_SCRIPT_DEPTH)) {
    readSteps(step.block ?? [], steps, context);
  } else {
    leaveCode(step, context);
  }
};

function keep(
  step: Statement,
  steps: Steps,
  context: Context,
  options: { patterns: string; called?: string },
): void {
  const { stage } = steps;
  const { findings } = context;
  for (const pattern of options.patterns.split(',')) {
    const path = pathOfPattern(pattern);
    if (!stage || !path) {
      findings.left(
        step.offset,
        step.text,
        reason(stage ? 'import.wholeWorkspace' : 'import.whichStage'),
        reason('import.remedyArtifact'),
      );
      continue;
    }
    const name = addArtifact(stage, options.called ?? path, path);
    const key = `stages.${stage.name}.artifacts.${name}`;
    findings.carried(step.offset, step.text, reason('import.became', { key }));
  }
}

const readStash: ReadStep = (step, steps, context) => {
  const name = plainArg(step, 'name') ?? '';
  const patterns = plainText(step.named.get('includes')) ?? '';
  if (steps.stage) {
    context.stashes.set(name, steps.stage.name);
  }
  keep(step, steps, context, { patterns, called: name });
};

const readUnstash: ReadStep = (step, { stage }, context) => {
  const from = context.stashes.get(plainArg(step, 'name') ?? '');
  if (stage && from && from !== stage.name) {
    if (!stage.needs.includes(from)) {
      stage.needs.push(from);
    }
    const key = `stages.${stage.name}.needs`;
    context.findings.carried(
      step.offset,
      step.text,
      reason('import.became', { key }),
    );
  } else {
    context.findings.left(step.offset, step.text, reason('import.unknown'));
  }
};

const readArchive: ReadStep = (step, steps, context) => {
  const patterns = plainArg(step, 'artifacts');
  keep(step, steps, context, { patterns: patterns ?? '' });
};

const readJunit: ReadStep = (step, steps, context) => {
  const { draft, findings } = context;
  const patterns = (plainArg(step, 'testResults') ?? '')
    .split(',')
    .map(pattern => pattern.trim().replace(/^\.\//, ''))
    .filter(pattern => pattern !== '');
  const [first] = patterns;
  const stage =
    steps.stage ??
    // Whatever stage speaks of the file writes it.
    draft.stages.find(({ run }) =>
      run.some(command => first && command.includes(first)),
    );
  if (!stage || patterns.length === 0) {
    const remedy = reason('import.remedyReport');
    findings.left(step.offset, step.text, reason('import.whichStage'), remedy);
    return;
  }
  stage.junit.push(...patterns);
  const key = `stages.${stage.name}.reports.junit`;
  findings.carried(step.offset, step.text, reason('import.became', { key }));
};

const readInput: ReadStep = (step, { stage }, { draft, findings }) => {
  if (stage && stage.run.length === 0) {
    approve(stage, draft, findings, { offset: step.offset, what: step.text });
  } else {
    const remedy = reason('import.remedyInput');
    findings.left(step.offset, step.text, reason('import.unknown'), remedy);
  }
};

function carriedBy(
  code: 'import.checkout' | 'import.freshWorkspace',
): ReadStep {
  return (step, _steps, { findings }) =>
    findings.carried(step.offset, step.text, reason(code));
}

const leaveMessage: ReadStep = (step, _steps, { findings }) => {
  const remedy = reason('import.remedyMessage');
  findings.left(step.offset, step.text, reason('import.message'), remedy);
};

const leaveWindows: ReadStep = (step, _steps, { findings }) => {
  const remedy = reason('import.remedyWindows');
  findings.left(step.offset, step.text, reason('import.windows'), remedy);
};

const STEPS: Record<string, ReadStep> = {
  sh: readSh,
  echo: readEcho,
  print: readEcho,
  println: readEcho,
  error: readError,
  sleep: readSleep,
  writeFile: readWriteFile,
  dir: readDir,
  withEnv: readWithEnv,
  withCredentials: readWithCredentials,
  timeout: readTimeout,
  retry: readRetry,
  catchError: readCatchError,
  warnError: readCatchError,
  timestamps: unwrap('import.logTimes'),
  ansiColor: unwrap('import.logTimes'),
  steps: unwrap('import.notNeeded'),
  container: leaveAgent,
  node: leaveAgent,
  script: readScript,
  stash: readStash,
  unstash: readUnstash,
  archiveArtifacts: readArchive,
  junit: readJunit,
  input: readInput,
  checkout: carriedBy('import.checkout'),
  git: carriedBy('import.checkout'),
  cleanWs: carriedBy('import.freshWorkspace'),
  deleteDir: carriedBy('import.freshWorkspace'),
  mail: leaveMessage,
  emailext: leaveMessage,
  slackSend: leaveMessage,
  bat: leaveWindows,
  powershell: leaveWindows,
};

export function readSteps(
  block: Statement[],
  steps: Steps,
  context: Context,
): void {
  for (const step of block) {
    const read = Object.hasOwn(STEPS, step.name) ? STEPS[step.name] : undefined;
    if (step.isCode || step.assigned) {
      leaveCode(step, context);
    } else if (read) {
      read(step, { ...steps, isOnly: block.length === 1 }, context);
    } else {
      context.findings.left(step.offset, step.text, reason('import.step'));
    }
  }
}

function isPlain(block: Statement[], depth: number): boolean {
  return (
    depth > 0 &&
    block.every(
      ({ name, isCode, assigned, block: inner }) =>
        !isCode &&
        !assigned &&
        Object.hasOwn(STEPS, name) &&
        isPlain(inner ?? [], depth - 1),
    )
  );
}
