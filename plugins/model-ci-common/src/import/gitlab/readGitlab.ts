import { reason } from '../../reasons';
import { ancestorsOf, findCycles } from '../../definition/graph';
import { addStage, type Draft, type DraftStage } from '../draft';
import type { Findings } from '../Findings';
import {
  expand,
  lost,
  type KnownKey,
  readImage,
  readVariables,
  reportKey,
} from '../readVariables';
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
import { readJob } from './readJob';
import { resolveJob } from './resolveJobs';

const STAGES = ['build', 'test', 'deploy'];
/** Keys of the top level that are no jobs. */
const GLOBAL = new Set(
  'default stages variables workflow include image services cache before_script after_script spec types pages:deploy'.split(
    ' ',
  ),
);

const NO_JOB: Record<string, KnownKey> = {
  include: lost(reason('import.include'), reason('import.remedyInclude')),
  services: lost(reason('import.services'), reason('import.remedyServices')),
  cache: lost(reason('import.cache'), reason('import.remedyCache')),
  workflow: lost(reason('import.workflow'), reason('import.remedyTrigger')),
};

interface Job {
  entry: TreeEntry;
  body: TreeMap;
  /** Of GitLab: several jobs. */
  group: string;
  stage: DraftStage;
}

/** Reads a `.gitlab-ci.yml`. */
export function readGitlab(
  text: string,
  findings: Findings,
): Draft | undefined {
  const parsed = parseTree(text);
  if ('fault' in parsed) {
    const { fault } = parsed;
    findings.left(fault.offset, '.gitlab-ci.yml', fault.reason);
    return undefined;
  }
  const draft: Draft = { branches: ['**'], env: {}, stages: [] };
  const root = parsed.tree;
  const defaults = readGlobals(root, draft, findings);
  const order = ['.pre', ...stagesOf(root), '.post'];
  const jobs = listJobs(root, draft, findings).sort(
    (a, b) => order.indexOf(a.group) - order.indexOf(b.group),
  );
  draft.stages = jobs.map(({ stage }) => stage);
  addNeeds(jobs, order, findings);
  for (const job of jobs) {
    readJob(job.body, job.stage, { draft, defaults, findings });
  }
  return draft;
}

/** What jobs have if they say nothing else. */
function readGlobals(root: Tree, draft: Draft, findings: Findings): TreeMap {
  const defaults: TreeEntry[] = [];
  // Images may have them in their names.
  readVariables(childOf(root, 'variables'), draft.env, 'defaults', findings);
  const globals = entriesIn(root).filter(
    ({ key }) => GLOBAL.has(key) && key !== 'variables',
  );
  for (const entry of globals) {
    const { key, offset, value } = entry;
    if (key === 'image') {
      readDefaultImage(value, draft, findings);
    } else if (key === 'stages' || key === 'types') {
      findings.carried(offset, show(key, value), reason('import.order'));
    } else if (key === 'before_script' || key === 'after_script') {
      defaults.push(entry);
      findings.carried(offset, show(key, value), reason('import.inEach'));
    } else if (key === 'default') {
      defaults.push(...readDefault(value, draft, findings));
    } else {
      reportKey(NO_JOB, entry, findings);
    }
  }
  const body: TreeMap = { kind: 'map', offset: 0, entries: defaults };
  const entry = { key: 'default', offset: 0, value: body };
  return resolveJob(root, entry, findings);
}

function readDefaultImage(tree: Tree, draft: Draft, findings: Findings): void {
  readImage(tree, draft, 'defaults', findings, name => expand(name, draft.env));
}

function readDefault(
  tree: Tree,
  draft: Draft,
  findings: Findings,
): TreeEntry[] {
  return entriesIn(tree).flatMap(entry => {
    if (entry.key === 'image') {
      readDefaultImage(entry.value, draft, findings);
      return [];
    }
    if (Object.hasOwn(NO_JOB, entry.key)) {
      reportKey(NO_JOB, entry, findings);
      return [];
    }
    const what = show(entry.key, entry.value);
    findings.carried(entry.offset, what, reason('import.inEach'));
    return [entry];
  });
}

function stagesOf(root: Tree): string[] {
  const named = textsIn(childOf(root, 'stages') ?? childOf(root, 'types'));
  return named.length > 0 ? named : STAGES;
}

function listJobs(root: Tree, draft: Draft, findings: Findings): Job[] {
  return entriesIn(root).flatMap(entry => {
    if (GLOBAL.has(entry.key)) {
      return [];
    }
    if (entry.key.startsWith('.')) {
      findings.carried(entry.offset, entry.key, reason('import.hidden'));
      return [];
    }
    const body = resolveJob(root, entry, findings);
    if (!childOf(body, 'script')) {
      const isTrigger = childOf(body, 'trigger') !== undefined;
      const why = reason(isTrigger ? 'import.trigger' : 'import.noScript');
      findings.left(entry.offset, entry.key, why);
      return [];
    }
    const stage = addStage(draft, entry.key, entry.offset);
    const key = `stages.${stage.name}`;
    findings.carried(entry.offset, entry.key, reason('import.became', { key }));
    return [
      { entry, body, group: textOf(childOf(body, 'stage')) ?? 'test', stage },
    ];
  });
}

/** Without `needs`, a job waits for all of the stages before its own. */
function addNeeds(jobs: Job[], order: string[], findings: Findings): void {
  const names = new Map(jobs.map(job => [job.entry.key, job.stage.name]));
  for (const job of jobs) {
    const needs = entryOf(job.body, 'needs');
    if (needs) {
      job.stage.needs = namedNeeds(needs, names, job, findings);
    } else {
      const place = order.indexOf(job.group);
      const earlier = jobs.filter(({ group }) => order.indexOf(group) < place);
      job.stage.needs = directOnly(earlier.map(({ stage }) => stage));
    }
  }
  const graph = new Map(jobs.map(({ stage }) => [stage.name, stage.needs]));
  const needed =
    findCycles(graph).length === 0 ? ancestorsOf(graph) : new Map();
  for (const job of jobs) {
    const known = new Map(
      [...names].filter(([, name]) => needed.get(job.stage.name)?.has(name)),
    );
    const dependencies = readDependencies(job, known, findings);
    if (dependencies) {
      job.stage.dependencies = dependencies;
    }
  }
}

/** The stages that a job takes artifacts of, where it does not take all; `known` are those that it waits for, by their jobs. */
function readDependencies(
  { body, stage }: Job,
  known: Map<string, string>,
  findings: Findings,
): string[] | undefined {
  const entry = entryOf(body, 'dependencies');
  if (!entry) {
    const needs = itemsIn(childOf(body, 'needs'));
    const isTaken = (item: Tree) =>
      textOf(childOf(item, 'artifacts')) !== 'false';
    return needs.every(isTaken)
      ? undefined
      : needs.filter(isTaken).flatMap(item => known.get(calledIn(item)) ?? []);
  }
  const { offset, value } = entry;
  const called = textsIn(value);
  const unknown = called.find(name => !known.has(name));
  const what = show('dependencies', value);
  if (unknown !== undefined) {
    findings.left(offset, what, reason('import.noSuch', { name: unknown }));
    return undefined;
  }
  const key = `stages.${stage.name}.dependencies`;
  findings.carried(offset, what, reason('import.became', { key }));
  return called.flatMap(name => known.get(name) ?? []);
}

function calledIn(need: Tree): string {
  return textOf(need) ?? textOf(childOf(need, 'job')) ?? '';
}

function namedNeeds(
  { offset, value }: TreeEntry,
  names: Map<string, string>,
  job: Job,
  findings: Findings,
): string[] {
  return itemsIn(value).flatMap(item => {
    const called = calledIn(item);
    const name = names.get(called);
    if (name === undefined) {
      const what = `needs: ${called}`;
      findings.left(offset, what, reason('import.noSuch', { name: called }));
      return [];
    }
    const key = `stages.${job.stage.name}.needs`;
    const what = `needs: ${called}`;
    findings.carried(offset, what, reason('import.became', { key }));
    return [name];
  });
}

/** Of stages those that none of the others waits for. */
function directOnly(stages: DraftStage[]): string[] {
  const needed = new Set(stages.flatMap(({ needs }) => needs));
  return stages.map(({ name }) => name).filter(name => !needed.has(name));
}
