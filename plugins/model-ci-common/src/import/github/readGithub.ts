import { reason } from '../../reasons';
import { addStage, type Draft } from '../draft';
import type { Findings } from '../Findings';
import { type KnownKey, lost, nothingLost, reportKey } from '../readVariables';
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
} from '../yamlTree';
import type { Context } from './context';
import { readJob } from './readJob';

const OTHERS: Record<string, KnownKey> = {
  name: nothingLost(reason('import.notNeeded')),
  'run-name': nothingLost(reason('import.notNeeded')),
  permissions: nothingLost(reason('import.notNeeded')),
};

const PULL_REQUEST = lost(reason('import.pullRequest'));

const EVENTS: Record<string, KnownKey> = {
  workflow_dispatch: nothingLost(reason('import.manualStart')),
  pull_request: PULL_REQUEST,
  pull_request_target: PULL_REQUEST,
  schedule: lost(reason('import.schedule'), reason('import.remedySchedule')),
  release: lost(reason('import.event')),
};

/** Reads a workflow of GitHub Actions. */
export function readGithub(
  text: string,
  findings: Findings,
): Draft | undefined {
  const parsed = parseTree(text);
  if ('fault' in parsed) {
    const { fault } = parsed;
    findings.left(fault.offset, 'workflow', fault.reason);
    return undefined;
  }
  const root = parsed.tree;
  const draft: Draft = { env: {}, stages: [] };
  const jobs = entriesIn(childOf(root, 'jobs'));
  const stages = jobs.map(({ key, offset, value }) => {
    const called = textOf(childOf(value, 'name'));
    const isPlain = called !== undefined && !called.includes('${{');
    const stage = addStage(draft, key, offset);
    stage.title = isPlain ? called.slice(0, 100) : stage.title;
    return stage;
  });
  const context: Context = {
    draft,
    findings,
    env: childOf(root, 'env'),
    folder: textOf(
      childOf(childOf(childOf(root, 'defaults'), 'run'), 'working-directory'),
    ),
    stages: new Map(jobs.map(({ key }, index) => [key, stages[index].name])),
    uploads: new Map(),
  };
  readRoot(root, context);
  jobs.forEach((job, index) => readJob(job, stages[index], context));
  return draft;
}

function readRoot(root: Tree, { draft, findings }: Context): void {
  for (const entry of entriesIn(root)) {
    const { key, offset, value } = entry;
    if (key === 'on') {
      readTriggers(value, draft, findings);
    } else if (key === 'env' || key === 'defaults') {
      findings.carried(offset, show(key, value), reason('import.inEach'));
    } else if (key !== 'jobs') {
      reportKey(OTHERS, entry, findings);
    }
  }
}

function readTriggers(tree: Tree, draft: Draft, findings: Findings): void {
  const events: TreeEntry[] =
    tree.kind === 'map'
      ? tree.entries
      : itemsIn(tree).map(value => ({
          key: textOf(value) ?? '',
          offset: value.offset,
          value: {
            kind: 'scalar',
            offset: value.offset,
            value: null,
            text: '',
          },
        }));
  for (const event of events) {
    if (event.key === 'push') {
      readPush(event, draft, findings);
    } else {
      reportKey(EVENTS, event, findings);
    }
  }
}

function readPush(push: TreeEntry, draft: Draft, findings: Findings): void {
  const branches = textsIn(childOf(push.value, 'branches'));
  const wanted = branches.filter(name => !name.startsWith('!'));
  const onlyTags = entryOf(push.value, 'tags') && branches.length === 0;
  const key = 'triggers.push.branches';
  if (!onlyTags) {
    draft.branches = wanted.length > 0 ? wanted : ['**'];
    const what = wanted.length > 0 ? `push: ${wanted.join(', ')}` : 'push';
    findings.carried(push.offset, what, reason('import.became', { key }));
  }
  for (const { key: rule, offset, value } of entriesIn(push.value)) {
    if (rule !== 'branches' || wanted.length < branches.length) {
      findings.left(
        offset,
        show(rule, value),
        reason('import.branchRule'),
        reason('import.remedyTrigger'),
      );
    }
  }
}
