import type { Knex } from 'knex';
import { z } from 'zod';

/** What was decided when a run was started. */
export interface DeployDecision {
  userRef: string;
  allowed: boolean;
  entityRefs: string[];
}

const refsSchema = z.array(z.string());

/** Keeps what was decided when a run was started. The first decision stays. */
export async function insertDeployDecision(
  db: Knex | Knex.Transaction,
  args: DeployDecision & { runId: string; at: string },
): Promise<void> {
  await db('deploy_decisions')
    .insert({
      run_id: args.runId,
      user_ref: args.userRef,
      allowed: args.allowed,
      entity_refs: JSON.stringify(args.entityRefs),
      decided_at: args.at,
    })
    .onConflict('run_id')
    .ignore();
}

/** What was decided for a run; undefined for one that no present user started. */
export async function readDeployDecision(
  db: Knex | Knex.Transaction,
  runId: string,
): Promise<DeployDecision | undefined> {
  const row:
    | { user_ref: string; allowed: boolean | number; entity_refs: string }
    | undefined = await db('deploy_decisions').where('run_id', runId).first();
  return (
    row && {
      userRef: row.user_ref,
      allowed: Boolean(row.allowed),
      entityRefs: refsSchema.parse(JSON.parse(row.entity_refs)),
    }
  );
}
