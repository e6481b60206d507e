import { InputError } from '@backstage/errors';
import {
  branchMatches,
  type ChangedPaths,
  changedPathsMatch,
  type PipelineDefinition,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  DefinitionPlace,
  DefinitionReader,
} from '../source/definitionReader';
import { parseFoundDefinition } from '../source/parseFoundDefinition';
import type { Change } from '../webhooks/change';

/** A change with the files that it touched, asked for once at most. */
export interface AskedChange {
  change: Change;
  /** A second start with the same key answers the same run. */
  key: string;
  /** Who lets a change from a fork run. */
  agreedBy?: string;
  paths(pipeline: {
    sourceUrl: string;
    defaultBranch?: string;
  }): Promise<string[] | undefined>;
}

interface Refused {
  type: 'refused';
  reason: Reason;
}

export type Decided =
  | Refused
  | {
      type: 'started';
      changed?: ChangedPaths;
      /** What is to be known of the run's start. */
      note?: Reason;
    };

interface Question {
  asked: AskedChange;
  commit: string;
  isDefault: boolean;
  pipeline: DefinitionPlace;
  place: { sourceUrl: string; defaultBranch?: string; folder: string };
  definitions: Pick<DefinitionReader, 'read'>;
}

/** The definition at the commit decides. An invalid one starts the run, which then shows the errors. */
export async function decideChange(question: Question): Promise<Decided> {
  const { commit, isDefault, pipeline, definitions } = question;
  try {
    const found = await definitions.read(pipeline, commit);
    if (found.type === 'missing') {
      // A pipeline that was renamed or removed is not run under its old name; a definition that the catalog shows
      // must be there, which a run says loudest. Other branches may do without.
      return found.what === 'definition' && isDefault
        ? { type: 'started' }
        : { type: 'refused', reason: found.reason };
    }
    const result = parseFoundDefinition(found);
    return 'definition' in result
      ? await decideByDefinition(question, result.definition)
      : { type: 'started' };
  } catch (error) {
    if (InputError.is(error)) {
      // Asking again would not help; the run says what is wrong.
      return isDefault
        ? { type: 'started' }
        : {
            type: 'refused',
            reason: reason('trigger.unreadable', { problem: error.message }),
          };
    }
    throw error;
  }
}

/**
 * Whether a request from a fork waits for somebody. What the fork has is neither fetched nor parsed for that: the
 * definition at its target says which requests start runs at all. An invalid one leaves it to whoever agrees.
 */
export async function decideFork({
  asked: { change },
  pipeline,
  definitions,
}: Pick<Question, 'asked' | 'pipeline' | 'definitions'>): Promise<Decided> {
  const target = change.pullRequest?.targetBranch ?? '';
  try {
    const found = await definitions.read(pipeline, target);
    if (found.type === 'missing') {
      return { type: 'refused', reason: found.reason };
    }
    const result = parseFoundDefinition(found);
    return 'definition' in result
      ? refuseOtherName(ruleOf(change, result.definition.triggers)) ?? {
          type: 'started',
        }
      : { type: 'started' };
  } catch (error) {
    if (InputError.is(error)) {
      return { type: 'started' };
    }
    throw error;
  }
}

/** Why nothing is started for a change whose author asks for that. */
export function refuseSkipped({ skip }: Change): Reason | undefined {
  return (
    skip &&
    reason(
      skip === 'message'
        ? 'trigger.skippedByMessage'
        : 'trigger.skippedByOption',
    )
  );
}

function refuseOtherName(rule: Rule): Refused | undefined {
  if (!rule.patterns) {
    return { type: 'refused', reason: rule.none };
  }
  return branchMatches(rule.patterns, rule.name)
    ? undefined
    : { type: 'refused', reason: rule.other };
}

async function decideByDefinition(
  { asked, place }: Question,
  { triggers }: PipelineDefinition,
): Promise<Decided> {
  const rule = ruleOf(asked.change, triggers);
  const refused = refuseOtherName(rule);
  if (refused) {
    return refused;
  }
  const paths = await asked.paths(place);
  const changed = paths && { folder: place.folder, paths };
  if (!rule.paths) {
    return { type: 'started', changed };
  }
  if (!changed) {
    return { type: 'started', note: rule.pathsUnknown };
  }
  return changedPathsMatch(rule.paths, changed)
    ? { type: 'started', changed }
    : { type: 'refused', reason: rule.otherPaths };
}

/** What a change must match to start a run, and why it does not. */
interface Rule {
  /** Absent where nothing of this kind starts runs. */
  patterns?: string[];
  name: string;
  paths?: string[];
  none: Reason;
  other: Reason;
  otherPaths: Reason;
  pathsUnknown: Reason;
}

function ruleOf(
  { pullRequest, ref }: Change,
  { push, pullRequest: requests }: PipelineDefinition['triggers'],
): Rule {
  if (pullRequest) {
    const { targetBranch: branch } = pullRequest;
    return {
      patterns: requests?.branches,
      name: branch,
      paths: requests?.paths,
      none: reason('trigger.noPullRequest'),
      other: reason('trigger.otherTarget', { branch }),
      otherPaths: reason('trigger.otherRequestPaths'),
      pathsUnknown: reason('trigger.requestPathsUnknown'),
    };
  }
  const name = ref?.name ?? '';
  const isTag = ref?.type === 'tag';
  return {
    patterns: push && (isTag ? push.tags ?? [] : push.branches),
    name,
    // What a tag changes nobody knows.
    paths: isTag ? undefined : push?.paths,
    none: reason('trigger.noPush'),
    other: isTag
      ? reason('trigger.otherTag', { tag: name })
      : reason('trigger.otherBranch', { branch: name }),
    otherPaths: reason('trigger.otherPaths'),
    pathsUnknown: reason('trigger.pathsUnknown'),
  };
}
