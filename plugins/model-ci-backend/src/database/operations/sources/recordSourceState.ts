import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { SourceStateRow } from '../../tables/sources';

/** How a source was found. */
export interface SourceFinding {
  problem?: Reason;
  moved?: { to: string; identity: string };
}

/** Notes how the source of a pipeline was found. A problem that is seen again keeps the time when it was first seen. */
export async function recordSourceState(
  db: Knex,
  args: { ref: string; entityUrl: string; finding: SourceFinding; at: string },
): Promise<void> {
  const { ref, entityUrl, finding, at } = args;
  const problem = finding.problem ? formatReason(finding.problem) : null;
  const row: SourceStateRow = {
    pipeline_ref: ref,
    entity_url: entityUrl,
    problem,
    since: problem === null ? null : at,
    moved_to: finding.moved?.to.toLocaleLowerCase('en-US') ?? null,
    moved_identity: finding.moved?.identity ?? null,
    checked_at: at,
  };
  await db<SourceStateRow>('source_states')
    .insert(row)
    .onConflict('pipeline_ref')
    .merge({
      ...row,
      since: db.raw(
        'case when source_states.problem = excluded.problem then source_states.since else excluded.since end',
      ),
    });
}

/** Notes that a source was looked at in vain, as its host did not answer: what is known of it stays. */
export async function postponeSource(
  db: Knex,
  args: { ref: string; entityUrl: string; at: string },
): Promise<void> {
  await db<SourceStateRow>('source_states')
    .insert({
      pipeline_ref: args.ref,
      entity_url: args.entityUrl,
      checked_at: args.at,
    })
    .onConflict('pipeline_ref')
    .merge(['checked_at', 'entity_url']);
}
