import type { Knex } from 'knex';
import {
  formatReason,
  type DefinitionError,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { RunRow } from '../../tables/runs';
import { transact } from '../../transact';
import { insertChanges } from '../history/insertChanges';
import { assertTicketHeld } from '../ticket';
import { RELEASED } from '../leases';

/** Ends a run that cannot be started. Only a retry moves the row again. */
export async function rejectRun(
  db: Knex,
  args: {
    runId: string;
    ticket: string;
    status: 'failed' | 'errored';
    reason: Reason;
    errors?: DefinitionError[];
    /** What is known of the commit by now. */
    commit?: string;
    /** Null where it belongs to none after all. */
    branch?: string | null;
    commitMessage?: string;
    sourceTree?: string;
    at: string;
  },
): Promise<void> {
  const { reason } = args;
  await transact(db, async tx => {
    const changed = await tx<RunRow>('runs')
      .where({ id: args.runId, ticket: args.ticket, status: 'queued' })
      .update({
        status: args.status,
        reason: formatReason(reason),
        mistakes: args.errors ? JSON.stringify(args.errors) : null,
        ...(args.commit !== undefined && { commit: args.commit }),
        ...(args.branch !== undefined && { branch: args.branch }),
        ...(args.commitMessage !== undefined && {
          commit_message: args.commitMessage,
        }),
        ...(args.sourceTree !== undefined && { source_tree: args.sourceTree }),
        finished_at: args.at,
        ...RELEASED,
      });
    assertTicketHeld(changed, 'run', args.runId);
    await insertChanges(tx, {
      changes: [
        {
          runId: args.runId,
          from: 'queued',
          to: args.status,
          reason,
        },
      ],
      at: args.at,
    });
  });
}
