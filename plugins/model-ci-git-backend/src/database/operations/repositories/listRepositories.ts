import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import type { Knex } from 'knex';
import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** What a permission rule asks of the rows of a list. */
export interface RepositoryFilter {
  ownerRefs: string[];
}

export interface ListRepositoriesArgs {
  /** Part of the name or the description. */
  q?: string;
  /** Only names after this one. */
  after?: string;
  limit: number;
  /** Conditions of the permission policy. */
  conditions?: PermissionCriteria<RepositoryFilter>;
}

/** Repositories by name. */
export async function listRepositories(
  db: Connection,
  args: ListRepositoriesArgs,
): Promise<RepositoryRow[]> {
  const query = db<RepositoryRow>('repositories')
    .whereNotNull('ready_at')
    .orderBy('name')
    .limit(args.limit);
  if (args.after) {
    query.where('name', '>', args.after);
  }
  if (args.q) {
    const pattern = `%${args.q
      .toLowerCase()
      .replace(/[\\%_]/g, character => `\\${character}`)}%`;
    query.where(either =>
      either
        .whereRaw(`lower(name) like ? escape '\\'`, [pattern])
        .orWhereRaw(`lower(description) like ? escape '\\'`, [pattern]),
    );
  }
  const { conditions } = args;
  if (conditions) {
    query.where(where => applyConditions(where, conditions));
  }
  return await query;
}

function applyConditions(
  where: Knex.QueryBuilder,
  criteria: PermissionCriteria<RepositoryFilter>,
): void {
  if ('ownerRefs' in criteria) {
    where.whereIn('owner_ref', criteria.ownerRefs);
  } else if ('not' in criteria) {
    where.whereNot(inner => applyConditions(inner, criteria.not));
  } else if ('allOf' in criteria) {
    criteria.allOf.forEach(each =>
      where.andWhere(inner => applyConditions(inner, each)),
    );
  } else {
    criteria.anyOf.forEach(each =>
      where.orWhere(inner => applyConditions(inner, each)),
    );
  }
}
