import type { Knex } from 'knex';
import { isFinal } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptRow } from '../../tables/runs';

export interface LogState {
  /** Bytes of log stored so far. */
  size: number;
  /** Whether nothing will be added any more. */
  ended: boolean;
}

/** SQLite refuses statements with very many values. */
const IDS_PER_STATEMENT = 500;

/** How far the logs of attempts have grown, by the ids of those that exist. */
export async function listLogStates(
  db: Knex,
  args: { attemptIds: string[] },
): Promise<Map<string, LogState>> {
  const { attemptIds } = args;
  const states = new Map<string, LogState>();
  for (let first = 0; first < attemptIds.length; first += IDS_PER_STATEMENT) {
    const rows = await db<AttemptRow>('attempts')
      .whereIn('id', attemptIds.slice(first, first + IDS_PER_STATEMENT))
      .select('id', 'log_size', 'status');
    rows.forEach(row =>
      states.set(row.id, {
        size: Number(row.log_size),
        ended: isFinal(row.status),
      }),
    );
  }
  return states;
}
