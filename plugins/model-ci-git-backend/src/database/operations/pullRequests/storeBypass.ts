import type { MergeBypass } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import type { PullRequestRow } from '../../tables';

/**
 * Writes down, before a request is merged, why it may be though its runs had not succeeded; null where they had. Only a
 * request that was merged shows it.
 */
export async function storeBypass(
  db: Knex,
  args: { repository: string; number: number; bypass: MergeBypass | null },
): Promise<void> {
  const { bypass, ...where } = args;
  await db<PullRequestRow>('pull_requests')
    .where(where)
    .update({ bypass: bypass && JSON.stringify(bypass) });
}
