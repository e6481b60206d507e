import { reason } from '../../reasons';
import { addStage, type Draft, type DraftStage } from '../draft';
import type { Findings } from '../Findings';
import { reportCommands } from '../reportCommands';
import { lost, nothingLost, type KnownKey, reportKey } from '../readVariables';
import { isBranch, trimCommand } from '../shell';
import {
  childOf,
  entriesIn,
  entryOf,
  itemsIn,
  parseTree,
  show,
  textOf,
  textsIn,
  type Tree,
  type TreeEntry,
  type TreeMap,
} from '../yamlTree';
import { readEnv } from './readEnv';

const PHASES = ['before_install', 'install', 'before_script', 'script'];
const AFTER = {
  after_success: 'success',
  after_failure: 'failure',
  after_script: 'cleanup',
} as const;

const OTHERS: Record<string, KnownKey> = {
  dist: nothingLost(reason('import.machine')),
  os: nothingLost(reason('import.machine')),
  arch: lost(reason('import.label'), reason('import.remedyLabel')),
  sudo: nothingLost(reason('import.machine')),
  group: nothingLost(reason('import.machine')),
  git: nothingLost(reason('import.checkout')),
  version: nothingLost(reason('import.notNeeded')),
  cache: lost(reason('import.cache'), reason('import.remedyCache')),
  services: lost(reason('import.services'), reason('import.remedyServices')),
  addons: lost(reason('import.tool'), reason('import.remedyTool')),
  notifications: lost(reason('import.message'), reason('import.remedyMessage')),
  deploy: lost(reason('import.deploy'), reason('import.remedyDeploy')),
  before_deploy: lost(reason('import.deploy'), reason('import.remedyDeploy')),
  after_deploy: lost(reason('import.deploy'), reason('import.remedyDeploy')),
  virtualenv: lost(reason('import.tool'), reason('import.remedyTool')),
  import: lost(reason('import.include'), reason('import.remedyInclude')),
};

/** Handled before keys are reported. */
const READ = new Set([
  ...PHASES,
  ...Object.keys(AFTER),
  ...['language', 'python', 'env', 'jobs', 'matrix', 'stages', 'branches'],
  ...['stage', 'name', 'if'],
]);

/** Reads a `.travis.yml`. */
export function readTravis(
  text: string,
  findings: Findings,
): Draft | undefined {
  const parsed = parseTree(text);
  if ('fault' in parsed) {
    const { fault } = parsed;
    findings.left(fault.offset, '.travis.yml', fault.reason);
    return undefined;
  }
  const root = parsed.tree;
  const draft: Draft = { branches: ['**'], env: {}, stages: [] };
  readBranches(childOf(root, 'branches'), draft, findings);
  readRootEnv(entryOf(root, 'env'), draft, findings);
  reportLanguage(root, findings);
  const jobs = listJobs(root, findings);
  addStages(jobs, root, draft, findings);
  for (const entry of entriesIn(root)) {
    if (entry.key === 'stages') {
      findings.carried(
        entry.offset,
        show('stages', entry.value),
        reason('import.order'),
      );
    } else if (!READ.has(entry.key)) {
      reportKey(OTHERS, entry, findings);
    }
  }
  return draft;
}

function readBranches(
  tree: Tree | undefined,
  draft: Draft,
  findings: Findings,
): void {
  for (const { key, offset, value } of entriesIn(tree)) {
    const names = textsIn(value).filter(name => !name.startsWith('/'));
    const what = show(key, value);
    if (key === 'only' && names.length > 0) {
      draft.branches = names;
      const became = { key: 'triggers.push.branches' };
      findings.carried(offset, what, reason('import.became', became));
    }
    if (key !== 'only' || names.length < textsIn(value).length) {
      const remedy = reason('import.remedyTrigger');
      findings.left(offset, what, reason('import.branchRule'), remedy);
    }
  }
}

/** All variables; of those of which each makes a job, the first. */
function readRootEnv(
  entry: TreeEntry | undefined,
  draft: Draft,
  findings: Findings,
): void {
  const { value } = entry ?? {};
  const each = childOf(value, 'jobs') ?? childOf(value, 'matrix');
  const isList = value?.kind === 'list';
  if (each || isList) {
    const [first, ...others] = itemsIn(each ?? value);
    readEnv(first, draft.env, 'defaults', findings);
    for (const other of others) {
      findings.left(
        other.offset,
        textOf(other) ?? show('env', other),
        reason('import.matrix'),
        reason('import.remedyMatrix'),
      );
    }
  }
  if (!isList) {
    readEnv(
      each ? childOf(value, 'global') : childOf(value, 'global') ?? value,
      draft.env,
      'defaults',
      findings,
    );
  }
}

function reportLanguage(root: Tree, findings: Findings): void {
  const entry = entryOf(root, 'language');
  const what = entry && show('language', entry.value);
  const language = textOf(entry?.value);
  if (!entry || !what) {
    return;
  }
  if (
    language === 'python' ||
    language === 'generic' ||
    language === 'minimal'
  ) {
    findings.carried(entry.offset, what, reason('import.language'));
  } else {
    const remedy = reason('import.remedyTool');
    findings.left(entry.offset, what, reason('import.tool'), remedy);
  }
}

interface Job {
  body: TreeMap;
  offset: number;
  group: string;
  name?: string;
}

function listJobs(root: Tree, findings: Findings): Job[] {
  const matrix = entryOf(root, 'jobs') ?? entryOf(root, 'matrix');
  const included = itemsIn(childOf(matrix?.value, 'include'));
  for (const entry of entriesIn(matrix?.value)) {
    if (entry.key !== 'include') {
      reportKey({}, entry, findings);
    }
  }
  const isExpanded =
    childOf(root, 'python')?.kind === 'list' ||
    childOf(root, 'env')?.kind === 'list';
  const jobs: Job[] = [];
  if (included.length === 0 || isExpanded) {
    const script = entryOf(root, 'script');
    const body: TreeMap = { kind: 'map', offset: 0, entries: [] };
    jobs.push({ body, offset: script?.offset ?? 0, group: 'test' });
  }
  let group = 'test';
  for (const item of included) {
    group = textOf(childOf(item, 'stage')) ?? group;
    const name = textOf(childOf(item, 'name'));
    if (item.kind === 'map') {
      jobs.push({ body: item, offset: item.offset, group, name });
    }
  }
  return jobs;
}

/** The jobs of a stage of Travis CI wait for all of the stage before. */
function addStages(
  jobs: Job[],
  root: Tree,
  draft: Draft,
  findings: Findings,
): void {
  const written = itemsIn(childOf(root, 'stages')).flatMap(
    item => textOf(item) ?? textOf(childOf(item, 'name')) ?? [],
  );
  const groups = [...new Set([...written, ...jobs.map(({ group }) => group)])];
  let before: string[] = [];
  for (const group of groups) {
    const needs = before;
    const members = jobs.filter(job => job.group === group);
    const names = members.map(job => {
      const stage = addStage(draft, job.name ?? group, job.offset);
      stage.needs = [...needs];
      const key = `stages.${stage.name}`;
      const what = job.name ?? group;
      findings.carried(job.offset, what, reason('import.became', { key }));
      readJob(job, root, stage, findings);
      return stage.name;
    });
    before = names.length > 0 ? names : before;
  }
}

function readJob(
  { body }: Job,
  root: Tree,
  stage: DraftStage,
  findings: Findings,
): void {
  const find = (key: string) => entryOf(body, key) ?? entryOf(root, key);
  const where = `stages.${stage.name}`;
  readPython(find('language'), find('python'), stage, findings);
  readEnv(childOf(body, 'env'), stage.env, where, findings);
  for (const phase of PHASES) {
    readPhase(phase, find(phase), stage, findings);
  }
  const isPython = textOf(find('language')?.value) === 'python';
  if (isPython && !find('install')) {
    stage.run.unshift(
      'if [ -f requirements.txt ]; then pip install -r requirements.txt; fi',
    );
    findings.changed(stage.offset, 'install', reason('import.defaultInstall'));
  }
  if (!find('script')) {
    findings.left(stage.offset, 'script', reason('import.noScript'));
  }
  for (const [key, when] of Object.entries(AFTER)) {
    const entry = find(key);
    const commands = textsIn(entry?.value);
    stage.after.push(...commands.map(command => ({ when, command })));
    if (entry) {
      const what = show(key, entry.value);
      findings.carried(
        entry.offset,
        what,
        reason('import.after', { stage: stage.name }),
      );
    }
  }
  const condition = find('if');
  if (condition) {
    readIf(condition, stage, findings);
  }
  for (const entry of body.entries.filter(({ key }) => !READ.has(key))) {
    reportKey(OTHERS, entry, findings);
  }
}

function readPhase(
  phase: string,
  entry: TreeEntry | undefined,
  stage: DraftStage,
  findings: Findings,
): void {
  const commands = textsIn(entry?.value);
  if (!entry || ['skip', 'true'].includes(commands.join())) {
    if (entry) {
      const what = show(phase, entry.value);
      findings.carried(entry.offset, what, reason('import.notNeeded'));
    }
    return;
  }
  stage.run.push(...commands.map(trimCommand));
  reportCommands(entry, `stages.${stage.name}.run`, findings);
  if (phase === 'script' && commands.length > 1) {
    findings.changed(entry.offset, phase, reason('import.scriptStops'));
  }
}

function readPython(
  language: TreeEntry | undefined,
  python: TreeEntry | undefined,
  stage: DraftStage,
  findings: Findings,
): void {
  if (textOf(language?.value) !== 'python' || !python) {
    return;
  }
  const versions = textsIn(python.value);
  const version = versions.findLast(text => /^\d+(?:\.\d+){0,2}$/.test(text));
  const what = show('python', python.value);
  const key = `stages.${stage.name}.image`;
  if (!version) {
    const remedy = reason('import.remedyImageName', { key });
    findings.left(python.offset, what, reason('import.imageName'), remedy);
    return;
  }
  stage.image = `python:${version}`;
  if (versions.length > 1) {
    findings.changed(
      python.offset,
      what,
      reason('import.first', { value: version }),
      reason('import.remedyMatrix'),
    );
  } else {
    findings.carried(python.offset, what, reason('import.became', { key }));
  }
}

function readIf(
  { offset, value }: TreeEntry,
  stage: DraftStage,
  findings: Findings,
): void {
  const text = textOf(value) ?? '';
  const what = show('if', value);
  const [, one, several] =
    /^branch *(?:==? *"?([\w./-]+)"?|IN *\(([\w./, -]+)\))$/i.exec(
      text.trim(),
    ) ?? [];
  const branches = (one ?? several ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  if (branches.length > 0) {
    stage.guard = isBranch(branches);
    findings.carried(offset, what, reason('import.condition'));
  } else {
    findings.left(
      offset,
      what,
      reason('import.conditionLost'),
      reason('import.remedyCondition'),
    );
  }
}
