import type { Readable } from 'node:stream';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  type CreateGitRepositoryInput,
  type CreationCheck,
  type CreationRefusal,
  formatEmbeddedRawUrl,
  type GitBranch,
  type GitCommitPage,
  type GitCommitQuery,
  type GitRepository,
  gitRepositoryNameSchema,
  type GitRepositoryPage,
  type GitRepositoryQuery,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import type { GitHostConfig } from '../config';
import {
  findNamed,
  findRepositories,
} from '../database/operations/repositories/findRepositories';
import {
  listRepositories,
  type RepositoryFilter,
} from '../database/operations/repositories/listRepositories';
import { setInitialCommit } from '../database/operations/repositories/setInitialCommit';
import type { RepositoryRow } from '../database/tables';
import { removeOldDrafts } from '../git/bareRepository';
import { commitTree } from '../git/commitTree';
import { listBranches, listCommits } from '../git/history';
import { noRepository, repositoryFolder } from '../git/names';
import {
  type ReadOptions,
  resolveCommit,
  resolveRef,
} from '../git/resolveCommit';
import { openFile } from '../git/readObject';
import type { KnownUser, UserDirectory } from '../owners/UserDirectory';
import { normalizeOwnerRef } from '../owners/UserDirectory';
import type { PushAnnouncer } from '../pushes/PushAnnouncer';
import type { Quotas } from './Quotas';
import {
  createRepository,
  type CreateRepositoryContext,
  finishHalfCreations,
} from './createRepository';

const DEFAULT_LIMIT = 50;
/** A creation takes less than a second; one that began this long ago was cut short. */
const HALF_DONE_AFTER = 60_000;

export interface RepositoryServiceOptions {
  db: Knex;
  config: GitHostConfig;
  users: UserDirectory;
  announcer: PushAnnouncer;
  quotas: Quotas;
  logger: LoggerService;
  /** Base URL of the git host, as git and readers use it. */
  gitBaseUrl: string;
  /** Base URL of the portal's pages. */
  appBaseUrl: string;
}

export interface CommitInput {
  branch?: string;
  /** Where the branch has to stand; needed to move one that exists. */
  expectedHead?: string;
  /** Id of the creation whose first commit this is. */
  creationId?: string;
  message: string;
  archive: Readable;
  signal?: AbortSignal;
}

/** Repositories: making, finding, reading and committing to them. Policies are checked by whoever calls. */
export class RepositoryService {
  readonly #options: RepositoryServiceOptions;
  readonly #creating: CreateRepositoryContext;

  constructor(options: RepositoryServiceOptions) {
    this.#options = options;
    this.#creating = {
      db: options.db,
      directory: options.config.directory,
      now: () => new Date(),
    };
  }

  /** Makes a repository for an owner that the user belongs to. A repeat of the same creation answers the same one. */
  async create(
    input: CreateGitRepositoryInput,
    userRef: string,
  ): Promise<{ repository: GitRepository; created: boolean }> {
    const { users } = this.#options;
    const owner = readOwner('body', input.owner);
    await users.requireOwner(
      userRef,
      owner,
      reason('gitHost.action.create', { owner }),
    );
    if (!(await findNamed(this.#options.db, input.name))) {
      await this.#options.quotas.requireRepository(owner);
    }
    const { row, created } = await createRepository(this.#creating, {
      ...input,
      owner,
      createdBy: userRef,
    });
    return { repository: this.present(row), created };
  }

  /** What would keep a user from creating a repository now. Only the creation itself decides: it may be too late by then. */
  async checkCreation(
    input: CreationCheck,
    userRef: string,
  ): Promise<CreationRefusal[]> {
    const { db, users, quotas } = this.#options;
    const refusals: CreationRefusal[] = [];
    if (await findNamed(db, input.name)) {
      refusals.push({ reason: 'name-taken', repository: input.name });
    }
    if (input.owner === undefined) {
      return refusals;
    }
    const owner = readOwner('query', input.owner);
    const { ownershipRefs } = await users.find(userRef);
    if (!ownershipRefs.includes(owner)) {
      // What others own is not shown to those whom it does not concern.
      return [...refusals, { reason: 'not-a-member', owner }];
    }
    const exceeded = await quotas.findExceeded(owner);
    return exceeded ? [...refusals, exceeded] : refusals;
  }

  /** Ends what crashes left half done. */
  async recover(): Promise<void> {
    const longAgo = new Date(Date.now() - HALF_DONE_AFTER);
    await finishHalfCreations(this.#creating, longAgo);
    await removeOldDrafts(this.#options.config.directory, longAgo);
  }

  /** The row of a repository. */
  async find(name: string): Promise<RepositoryRow> {
    const row = (
      await findRepositories(this.#options.db, { names: [name] })
    ).get(name);
    if (!row) {
      throw noRepository(name);
    }
    return row;
  }

  async list(
    query: GitRepositoryQuery,
    conditions?: PermissionCriteria<RepositoryFilter>,
  ): Promise<GitRepositoryPage> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await listRepositories(this.#options.db, {
      q: query.q,
      after: query.cursor && decodeNameCursor(query.cursor),
      limit: limit + 1,
      conditions,
    });
    const page = rows.slice(0, limit);
    return {
      items: page.map(row => this.present(row)),
      nextCursor:
        rows.length > limit
          ? encodeCursor(page[page.length - 1].name)
          : undefined,
    };
  }

  async branches(row: RepositoryRow): Promise<GitBranch[]> {
    return await listBranches(this.#folder(row), row.default_branch);
  }

  async commits(
    row: RepositoryRow,
    query: GitCommitQuery,
  ): Promise<GitCommitPage> {
    const folder = this.#folder(row);
    const limit = query.limit ?? DEFAULT_LIMIT;
    const from = query.cursor
      ? await this.#readCommitCursor(folder, query.cursor)
      : {
          commit: await resolveCommit(folder, query.ref ?? row.default_branch),
          skip: 0,
        };
    const commits = await listCommits(folder, from.commit, {
      skip: from.skip,
      limit: limit + 1,
      ...(query.notIn !== undefined && {
        notIn: await resolveRef(folder, query.notIn),
      }),
    });
    return {
      items: commits.slice(0, limit),
      nextCursor:
        commits.length > limit
          ? encodeCursor(`${from.commit} ${from.skip + limit}`)
          : undefined,
    };
  }

  /**
   * Adds one commit that holds exactly an archive's files, and announces it. With the id of the repository's creation it
   * is that creation's first commit, which is made once: a repeat answers it and changes nothing.
   */
  async commit(
    row: RepositoryRow,
    input: CommitInput,
    user: KnownUser,
  ): Promise<string> {
    if (input.creationId === undefined) {
      return await this.#commit(row, input, user);
    }
    if (input.creationId !== row.creation_id) {
      throw new ConflictError(describeOtherCreation(row));
    }
    if (row.initial_commit !== null) {
      return row.initial_commit;
    }
    const commit = await this.#commit(row, input, user);
    await setInitialCommit(this.#options.db, { name: row.name, commit });
    return commit;
  }

  async #commit(
    row: RepositoryRow,
    input: CommitInput,
    user: KnownUser,
  ): Promise<string> {
    const { config, announcer, logger, quotas } = this.#options;
    const room = await quotas.roomFor(row);
    try {
      const { commit } = await commitTree(this.#folder(row), {
        branch: input.branch ?? row.default_branch,
        defaultBranch: row.default_branch,
        expectedHead: input.expectedHead,
        message: input.message,
        author: { name: user.displayName, email: user.email },
        by: user.userRef,
        archive: input.archive,
        maxBytes: Math.min(config.maxPushBytes, room),
        maxFiles: config.maxFiles,
        signal: input.signal,
      });
      return commit;
    } finally {
      await announcer.record(row, { pushedBy: user.userRef, heads: [] });
      await quotas.measure(row);
      announcer.publish(row).catch(error => {
        logger.error('A push could not be published yet', error);
      });
    }
  }

  /** A file's bytes at a branch, tag or commit. */
  async openFile(
    row: RepositoryRow,
    ref: string,
    path: string,
    options: ReadOptions = {},
  ) {
    const folder = this.#folder(row);
    const commit = await resolveCommit(folder, ref, options);
    return { commit, ...(await openFile(folder, commit, path, options)) };
  }

  /** URL of the portal's page of a repository. */
  pageOf(name: string): string {
    const { appBaseUrl } = this.#options;
    return `${appBaseUrl}/git/repositories/${encodeURIComponent(name)}`;
  }

  present(row: RepositoryRow): GitRepository {
    const { gitBaseUrl } = this.#options;
    return {
      name: row.name,
      description: row.description ?? undefined,
      owner: row.owner_ref,
      defaultBranch: row.default_branch,
      createdBy: row.created_by,
      createdAt: row.created_at,
      cloneUrl: `${gitBaseUrl}/${row.name}.git`,
      webUrl: this.pageOf(row.name),
      rawUrl: formatEmbeddedRawUrl({
        gitBaseUrl,
        repository: row.name,
        ref: row.default_branch,
      }),
    };
  }

  async #readCommitCursor(folder: string, cursor: string) {
    const from = decodeCommitCursor(cursor);
    try {
      await resolveCommit(folder, from.commit);
    } catch (error) {
      throw NotFoundError.is(error) ? wrongCursor() : error;
    }
    return from;
  }

  #folder(row: RepositoryRow): string {
    return repositoryFolder(this.#options.config.directory, row.name);
  }
}

function describeOtherCreation(row: RepositoryRow): string {
  return `The repository '${row.name}' was made by another creation: choose another name for the new one`;
}

function readOwner(where: 'body' | 'query', ref: string): string {
  let owner: string;
  try {
    owner = normalizeOwnerRef(ref);
  } catch {
    throw invalidRequest(
      where,
      'owner',
      'must be an entity ref such as group:default/ml',
    );
  }
  if (!['group', 'user'].includes(parseEntityRef(owner).kind)) {
    throw invalidRequest(where, 'owner', 'must be a group or a user');
  }
  return owner;
}

function encodeCursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

function decodeNameCursor(cursor: string): string {
  const name = decodeCursor(cursor);
  if (!gitRepositoryNameSchema.safeParse(name).success) {
    throw wrongCursor();
  }
  return name;
}

function decodeCommitCursor(cursor: string): { commit: string; skip: number } {
  const match = decodeCursor(cursor).match(/^([0-9a-f]{40,64}) (\d{1,9})$/);
  if (!match) {
    throw wrongCursor();
  }
  return { commit: match[1], skip: Number(match[2]) };
}

function wrongCursor(): Error {
  return invalidRequest(
    'query',
    'cursor',
    'must be the nextCursor of an earlier page of this list, unchanged',
  );
}
