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
  paths(pipeline: {
    sourceUrl: string;
    defaultBranch?: string;
  }): Promise<string[] | undefined>;
}

export type Decided =
  | { type: 'refused'; reason: Reason }
  | {
      type: 'started';
      changed?: ChangedPaths;
      /** What is to be known of the run's start. */
      note?: Reason;
    };

interface Question {
  asked: AskedChange;
  commit: string;
  moved: NonNullable<Change['ref']>;
  isDefault: boolean;
  pipeline: DefinitionPlace;
  place: { sourceUrl: string; defaultBranch?: string; folder: string };
  definitions: Pick<DefinitionReader, 'read'>;
}

/** The definition at the commit decides. An invalid one starts the run, which then shows the errors. */
export async function decideChange(question: Question): Promise<Decided> {
  const { asked, commit, isDefault, pipeline, definitions } = question;
  const { skip } = asked.change;
  if (skip) {
    return {
      type: 'refused',
      reason: reason(
        skip === 'message'
          ? 'trigger.skippedByMessage'
          : 'trigger.skippedByOption',
      ),
    };
  }
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

async function decideByDefinition(
  { asked, moved, place }: Question,
  { triggers: { push } }: PipelineDefinition,
): Promise<Decided> {
  const isBranch = moved.type === 'branch';
  const { name } = moved;
  if (!push) {
    return { type: 'refused', reason: reason('trigger.noPush') };
  }
  if (!branchMatches((isBranch ? push.branches : push.tags) ?? [], name)) {
    return {
      type: 'refused',
      reason: isBranch
        ? reason('trigger.otherBranch', { branch: name })
        : reason('trigger.otherTag', { tag: name }),
    };
  }
  const paths = await asked.paths(place);
  const changed = paths && { folder: place.folder, paths };
  if (!push.paths || !isBranch) {
    return { type: 'started', changed };
  }
  if (!changed) {
    return { type: 'started', note: reason('trigger.pathsUnknown') };
  }
  return changedPathsMatch(push.paths, changed)
    ? { type: 'started', changed }
    : { type: 'refused', reason: reason('trigger.otherPaths') };
}
