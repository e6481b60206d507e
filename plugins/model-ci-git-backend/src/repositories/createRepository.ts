import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { findNamed } from '../database/operations/repositories/findRepositories';
import { insertRepository } from '../database/operations/repositories/insertRepository';
import { listHalfCreations } from '../database/operations/repositories/listHalfCreations';
import { markReady } from '../database/operations/repositories/markReady';
import { releaseName } from '../database/operations/repositories/releaseName';
import type { RepositoryRow } from '../database/tables';
import { createBareRepository } from '../git/bareRepository';
import { repositoryFolder } from '../git/names';

const DEFAULT_BRANCH = 'main';

export interface CreateRepositoryInput {
  name: string;
  description?: string;
  owner: string;
  createdBy: string;
  /** Without it, no other request is a repeat of this one. */
  creationId?: string;
}

export interface CreateRepositoryContext {
  db: Knex;
  directory: string;
  now: () => Date;
}

/**
 * Makes a repository. The row takes the name first, then the folder appears in one step, then the row is ready: whoever
 * fails between them is finished by a repeat of the same creation, or by {@link finishHalfCreations}. What exists is
 * never touched; only a repeat of the creation that made it is answered with it.
 */
export async function createRepository(
  context: CreateRepositoryContext,
  input: CreateRepositoryInput,
): Promise<{ row: RepositoryRow; created: boolean }> {
  const { db, now } = context;
  const claim: RepositoryRow = {
    name: input.name,
    description: input.description || null,
    owner_ref: input.owner,
    default_branch: DEFAULT_BRANCH,
    created_by: input.createdBy,
    created_at: now().toISOString(),
    uid: randomUUID(),
    creation_id: input.creationId ?? null,
    initial_commit: null,
    ready_at: null,
    git_bytes: 0,
    lfs_bytes: 0,
  };
  const created = await insertRepository(db, claim);
  const row = created ? claim : await findNamed(db, input.name);
  if (!row) {
    throw new ConflictError(describeReleased(input.name));
  }
  if (!created && !isRepeat(row, claim)) {
    throw new ConflictError(describeTaken(row));
  }
  return { row: await finishCreation(context, row), created };
}

/** Finishes creations that a crash cut short. */
export async function finishHalfCreations(
  context: CreateRepositoryContext,
  before: Date,
): Promise<void> {
  const rows = await listHalfCreations(context.db, {
    before: before.toISOString(),
  });
  for (const row of rows) {
    await finishCreation(context, row);
  }
}

async function finishCreation(
  { db, directory, now }: CreateRepositoryContext,
  row: RepositoryRow,
): Promise<RepositoryRow> {
  if (row.ready_at !== null || row.uid === null) {
    return row;
  }
  const { uid } = row;
  const folder = repositoryFolder(directory, row.name);
  const release = async (error: unknown) => {
    await releaseName(db, { uid });
    throw error;
  };
  const outcome = await createBareRepository(folder, {
    defaultBranch: row.default_branch,
    uid,
  }).catch(release);
  if (outcome === 'foreign') {
    await release(new ConflictError(describeForeign(folder)));
  }
  const readyAt = now().toISOString();
  if (!(await markReady(db, { uid, at: readyAt }))) {
    throw new ConflictError(describeReleased(row.name));
  }
  return { ...row, ready_at: readyAt };
}

function isRepeat(row: RepositoryRow, claim: RepositoryRow): boolean {
  return (
    claim.creation_id !== null &&
    row.creation_id === claim.creation_id &&
    row.owner_ref === claim.owner_ref &&
    row.created_by === claim.created_by
  );
}

function describeTaken(row: RepositoryRow): string {
  return `The repository '${row.name}' exists already and is owned by ${row.owner_ref}: choose another name`;
}

function describeReleased(name: string): string {
  return `The repository '${name}' could not be created by another request at the same time: try again`;
}

function describeForeign(folder: string): string {
  return `${folder} holds a repository that the portal does not know: an administrator has to move it away, or choose another name`;
}
