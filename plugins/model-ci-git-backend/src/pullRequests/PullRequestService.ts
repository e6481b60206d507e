import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  type GitPullRequest,
  type GitPullRequestDetails,
  type GitPullRequestDiff,
  type GitPullRequestPage,
  type GitPullRequestQuery,
  MAX_PULL_REQUEST_TITLE,
  type MergePullRequestInput,
  type OpenPullRequestInput,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import {
  findPullRequest,
  listPullRequests,
} from '../database/operations/pullRequests/findPullRequests';
import {
  movePullRequest,
  type RequestChange,
  setComment,
} from '../database/operations/pullRequests/movePullRequest';
import { openPullRequest } from '../database/operations/pullRequests/openPullRequest';
import type { PullRequestRow, RepositoryRow } from '../database/tables';
import {
  checkMerge,
  countChanges,
  findMergeBase,
  isAncestor,
  readDiff,
} from '../git/compareBranches';
import { listCommits, listHeads, readSubjects } from '../git/history';
import { mergeBranches } from '../git/mergeBranches';
import { repositoryFolder } from '../git/names';
import type { KnownUser } from '../owners/UserDirectory';
import type { PushAnnouncer } from '../pushes/PushAnnouncer';
import type { AskedRequest } from './pushOptions';

export interface PullRequestServiceOptions {
  db: Knex;
  /** Folder of all repositories. */
  directory: string;
  announcer: Pick<PushAnnouncer, 'record' | 'publish'>;
  logger: LoggerService;
  /** Page of a pull request. */
  pageOf(repository: string, number: number): string;
  /** Notes how much a repository takes, after it was merged in. */
  measure(repository: RepositoryRow): Promise<void>;
  now?: () => Date;
}

const DEFAULT_LIMIT = 50;
const COMMITS = 100;

/** Requests to merge one branch of a repository into another. Policies are checked by whoever calls. */
export class PullRequestService {
  readonly #options: PullRequestServiceOptions;

  constructor(options: PullRequestServiceOptions) {
    this.#options = options;
  }

  async open(
    repository: RepositoryRow,
    input: OpenPullRequestInput,
    by: string,
  ): Promise<GitPullRequest> {
    const target = input.targetBranch ?? repository.default_branch;
    const sides = await this.#findSides(repository, input.sourceBranch, target);
    const folder = this.#folder(repository);
    if (await isAncestor(folder, sides.head, sides.target)) {
      throw new ConflictError(
        `Branch ${input.sourceBranch} has no commit that ${target} does not have: push one first`,
      );
    }
    if (!(await findMergeBase(folder, sides))) {
      throw new ConflictError(
        `Branches ${input.sourceBranch} and ${target} have no commit in common`,
      );
    }
    const row = await openPullRequest(this.#options.db, {
      request: {
        repository: repository.name,
        title: input.title,
        description: input.description || null,
        source_branch: input.sourceBranch,
        target_branch: target,
        ...{ head: sides.head, target_head: sides.target, created_by: by },
      },
      at: this.#at(),
    });
    // A branch may have moved while this was written.
    await this.#announce(repository, by);
    return this.#present(row);
  }

  /** Why a push cannot open the request that it asks for. */
  async refusePushed(
    { default_branch: defaultBranch, name }: RepositoryRow,
    asked: AskedRequest,
  ): Promise<string | undefined> {
    if (asked.type !== 'asked') {
      return asked.type === 'invalid' ? asked.reason : undefined;
    }
    const { sourceBranch, targetBranch: target = defaultBranch } = asked.input;
    const heads = await listHeads(
      repositoryFolder(this.#options.directory, name),
    );
    return target === sourceBranch || !heads.has(target)
      ? `merge_request.target is the branch ${JSON.stringify(
          target,
        )}: it must be another one that exists`
      : undefined;
  }

  /** Opens the request that a push asked for, unless there is one: the push updated it then. */
  async openPushed(
    repository: RepositoryRow,
    asked: AskedRequest,
    by: string,
  ): Promise<void> {
    if (asked.type === 'asked') {
      const { input } = asked;
      const title = input.title ?? (await this.#subjectOf(repository, input));
      await this.open(repository, { ...input, title }, by);
    }
  }

  async list(
    { name }: RepositoryRow,
    { cursor, limit = DEFAULT_LIMIT, state }: GitPullRequestQuery,
  ): Promise<GitPullRequestPage> {
    const rows = await listPullRequests(this.#options.db, {
      ...{ repository: name, state, limit: limit + 1 },
      ...(cursor !== undefined && { after: readCursor(cursor) }),
    });
    const page = rows.slice(0, limit);
    return {
      items: page.map(row => this.#present(row)),
      nextCursor: rows.length > limit ? `${page.at(-1)?.number}` : undefined,
    };
  }

  /** With what it would change, or has changed. */
  async find(
    repository: RepositoryRow,
    number: number,
  ): Promise<GitPullRequestDetails> {
    const row = await this.#findRow(repository, number);
    const folder = this.#folder(repository);
    const { base, ...sides } = await this.#compare(repository, row);
    const commits = await listCommits(
      folder,
      `${sides.target}..${sides.head}`,
      {
        skip: 0,
        limit: COMMITS + 1,
      },
    );
    const changes = base
      ? await countChanges(folder, { base, head: sides.head }).catch(
          () => undefined,
        )
      : undefined;
    return {
      ...this.#present(row),
      commits: commits.slice(0, COMMITS),
      hasMoreCommits: commits.length > COMMITS,
      changes,
      ...(row.state === 'open' && {
        mergeability: await checkMerge(folder, sides),
      }),
      ...(row.comment !== null &&
        row.comment_at !== null && {
          comment: { body: row.comment, updatedAt: row.comment_at },
        }),
    };
  }

  async diff(
    repository: RepositoryRow,
    number: number,
  ): Promise<GitPullRequestDiff> {
    const row = await this.#findRow(repository, number);
    const { base, head } = await this.#compare(repository, row);
    return base
      ? await readDiff(this.#folder(repository), { base, head })
      : { text: '', isCut: false };
  }

  async close(repository: RepositoryRow, number: number, by: string) {
    const seen = await this.#findRow(repository, number);
    demandState(seen, 'open', 'closed');
    return await this.#change(repository, seen, {
      ...{ set: { state: 'closed' }, event: 'closed', by },
    });
  }

  async reopen(repository: RepositoryRow, number: number, by: string) {
    const seen = await this.#findRow(repository, number);
    demandState(seen, 'closed', 'reopened');
    const { head, target } = await this.#findSides(
      repository,
      seen.source_branch,
      seen.target_branch,
    );
    return await this.#change(repository, seen, {
      set: { state: 'open', head, target_head: target },
      ...{ event: 'reopened', by },
    });
  }

  /** The branches are looked at again afterwards: that finds the request merged, after a crash too. */
  async merge(
    repository: RepositoryRow,
    number: number,
    input: MergePullRequestInput,
    user: KnownUser,
  ): Promise<GitPullRequest> {
    const row = await this.#findRow(repository, number);
    demandState(row, 'open', 'merged');
    const sides = await this.#findSides(
      repository,
      row.source_branch,
      row.target_branch,
    );
    demandUnmoved(row.source_branch, sides.head, input.expectedHead);
    demandUnmoved(row.target_branch, sides.target, input.expectedTarget);
    try {
      await mergeBranches(this.#folder(repository), {
        ...sides,
        targetBranch: row.target_branch,
        method: input.method ?? 'merge',
        message: describeMerge(row),
        author: { name: user.displayName, email: user.email },
        by: user.userRef,
      });
    } finally {
      await this.#announce(repository, user.userRef);
    }
    await this.#options.measure(repository);
    return this.#present(await this.#findRow(repository, number));
  }

  /** Keeps what Model CI says about its runs. */
  async comment(
    { name }: RepositoryRow,
    number: number,
    body: string,
  ): Promise<void> {
    const isThere = await setComment(this.#options.db, {
      ...{ repository: name, number, body, at: this.#at() },
    });
    if (!isThere) {
      throw missing(number);
    }
  }

  async #change(
    repository: RepositoryRow,
    seen: PullRequestRow,
    change: RequestChange,
  ): Promise<GitPullRequest> {
    const row = await movePullRequest(this.#options.db, {
      ...{ seen, change, at: this.#at() },
    });
    if (!row) {
      throw new ConflictError(
        `Pull request ${seen.number} was changed by somebody else at the same time: look at it again`,
      );
    }
    await this.#announce(repository, change.by);
    return this.#present(row);
  }

  /** What was pushed meanwhile is found as well. */
  async #announce(repository: RepositoryRow, by: string): Promise<void> {
    const { announcer, logger } = this.#options;
    await announcer.record(repository, { pushedBy: by, heads: [] });
    announcer.publish(repository).catch(error => {
      logger.error('A pull request is not published yet, a sweep will', error);
    });
  }

  /** What a request compares, and where its branches parted. */
  async #compare(repository: RepositoryRow, row: PullRequestRow) {
    const sides = { head: row.head, target: row.target_head };
    return {
      ...sides,
      base: await findMergeBase(this.#folder(repository), sides),
    };
  }

  async #findSides(repository: RepositoryRow, source: string, target: string) {
    const heads = await listHeads(this.#folder(repository));
    const headOf = (branch: string) => {
      const head = heads.get(branch);
      if (head === undefined) {
        throw new InputError(
          `The repository has no branch ${JSON.stringify(branch)}`,
        );
      }
      return head;
    };
    return { head: headOf(source), target: headOf(target) };
  }

  async #findRow(
    { name }: RepositoryRow,
    number: number,
  ): Promise<PullRequestRow> {
    const args = { repository: name, number };
    const row = await findPullRequest(this.#options.db, args);
    if (!row) {
      throw missing(number);
    }
    return row;
  }

  async #subjectOf(
    repository: RepositoryRow,
    { sourceBranch }: { sourceBranch: string },
  ): Promise<string> {
    const folder = this.#folder(repository);
    const head = (await listHeads(folder)).get(sourceBranch);
    const subjects = await readSubjects(folder, head ? [head] : []);
    const subject = head && subjects.get(head);
    const title = (subject || sourceBranch).replace(/\p{Cc}/gu, ' ').trim();
    return [...title].slice(0, MAX_PULL_REQUEST_TITLE).join('');
  }

  #present(row: PullRequestRow): GitPullRequest {
    return {
      number: row.number,
      title: row.title,
      description: row.description ?? undefined,
      sourceBranch: row.source_branch,
      targetBranch: row.target_branch,
      state: row.state,
      head: row.head,
      targetHead: row.target_head,
      createdBy: row.created_by,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      closedBy: row.closed_by ?? undefined,
      closedAt: row.closed_at ?? undefined,
      mergeCommit: row.merge_commit ?? undefined,
      webUrl: this.#options.pageOf(row.repository, row.number),
    };
  }

  #folder({ name }: RepositoryRow): string {
    return repositoryFolder(this.#options.directory, name);
  }

  #at(): string {
    return (this.#options.now?.() ?? new Date()).toISOString();
  }
}

function missing(number: number): NotFoundError {
  return new NotFoundError(`The repository has no pull request ${number}`);
}

function demandState(
  { number, state }: PullRequestRow,
  wanted: PullRequestRow['state'],
  then: string,
): void {
  if (state !== wanted) {
    throw new ConflictError(
      `Pull request ${number} is ${state}; only one that is ${wanted} can be ${then}`,
    );
  }
}

function demandUnmoved(
  branch: string,
  head: string,
  expected: string | undefined,
): void {
  if (expected !== undefined && expected !== head) {
    throw new ConflictError(
      `Branch ${branch} has moved from ${expected} to ${head} since you looked: look at what is new there, then merge`,
    );
  }
}

function describeMerge(row: PullRequestRow): string {
  return `Merge branch '${row.source_branch}' into ${row.target_branch}\n\n${row.title}\n\nPull request ${row.number}`;
}

function readCursor(cursor: string): number {
  if (!/^\d{1,9}$/.test(cursor)) {
    throw invalidRequest(
      'query',
      'cursor',
      'must be the nextCursor of an earlier page of this list, unchanged',
    );
  }
  return Number(cursor);
}
