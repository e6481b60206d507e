import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { EventsService } from '@backstage/plugin-events-node';
import {
  PULL_REQUEST_TOPIC,
  type PullRequestEvent,
  PUSH_TOPIC,
  type PushEvent,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { claimPushes } from '../database/operations/pushes/claimPushes';
import { deleteOldPushes } from '../database/operations/pushes/deleteOldPushes';
import { deletePush } from '../database/operations/pushes/deletePush';
import { listAnnouncedHeads } from '../database/operations/pushes/listAnnouncedHeads';
import {
  type DuePush,
  listDuePushes,
} from '../database/operations/pushes/listDuePushes';
import type {
  BranchMove,
  RequestEvent,
} from '../database/operations/pushes/events';
import { recordMoves } from '../database/operations/pushes/recordMoves';
import { findRepositories } from '../database/operations/repositories/findRepositories';
import { listRepositories } from '../database/operations/repositories/listRepositories';
import type { RepositoryRow } from '../database/tables';
import { folderExists } from '../git/bareRepository';
import { listChangedPaths, listSkipping } from '../git/changes';
import { removeOldImports } from '../git/commitTree';
import {
  listHeads,
  readRefSteps,
  readSubjects,
  type RefStep,
} from '../git/history';
import { repositoryFolder } from '../git/names';
import { removeOldUploads } from '../lfs/LfsStore';
import { followBranches } from '../pullRequests/followBranches';
import { nextDelivery, oldestPush } from './deliverySchedule';
import { findMovedBranches, findMoves } from './findMoves';

export interface PushAnnouncerOptions {
  db: Knex;
  events: EventsService;
  logger: LoggerService;
  /** Folder of all repositories. */
  directory: string;
  /** Base URL of the git host. */
  gitBaseUrl: string;
  /** Page of a pull request. */
  requestPageOf(repository: string, number: number): string;
  now?: () => Date;
}

const PAGE = 100;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Announces every move of a branch, at least once, until somebody acknowledges it.
 *
 * What a repository says is compared with what was announced of it, so a move is found whoever made it, and
 * also when the backend died between git's work and the event. {@link record} writes the owed events down;
 * {@link publish} and {@link deliver} send them, {@link acknowledge} forgets them. Subscribers know repetitions by the
 * event's id.
 */
export class PushAnnouncer {
  readonly #options: PushAnnouncerOptions;
  readonly #now: () => Date;
  /** Tail of the work on each repository: moves are recorded, and events published, one after another. */
  readonly #recording = new Map<string, Promise<unknown>>();
  readonly #publishing = new Map<string, Promise<unknown>>();

  constructor(options: PushAnnouncerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Writes down the events owed for a repository, of pushes and of its pull requests. Afterwards a crash no longer loses them. */
  async record(
    repository: RepositoryRow,
    push: RecordedPush = { heads: [] },
  ): Promise<void> {
    await queue(this.#recording, repository.name, () =>
      this.#record(repository, push),
    );
  }

  /** Sends the events of a repository that are due. */
  async publish(repository: RepositoryRow): Promise<void> {
    await queue(this.#publishing, repository.name, () =>
      this.#publish(repository),
    );
  }

  /** Forgets a push: what follows from it is recorded. Ids of other hosts' pushes are none of ours. */
  async acknowledge(id: string): Promise<void> {
    await deletePush(this.#options.db, { id });
  }

  /** Sends again what nobody acknowledged, and gives up what nobody did for days. */
  async deliver(): Promise<void> {
    const { db, logger } = this.#options;
    const before = oldestPush(this.#now()).toISOString();
    for (const [name, count] of await deleteOldPushes(db, { before })) {
      logger.warn(describeGivenUp(name, count));
    }
    const due = await listDuePushes(db, {
      at: this.#now().toISOString(),
      limit: PAGE,
    });
    const names = [...new Set(due.map(({ repository }) => repository))];
    const rows = await findRepositories(db, { names });
    for (const repository of rows.values()) {
      await this.#attempt(repository, () => this.publish(repository));
    }
  }

  /** Looks at every repository: for the start, and for what went wrong since. */
  async sweep(): Promise<void> {
    const { db, directory, logger } = this.#options;
    let after: string | undefined;
    for (;;) {
      const page = await listRepositories(db, { after, limit: PAGE });
      for (const repository of page) {
        const folder = repositoryFolder(directory, repository.name);
        await this.#attempt(repository, async () => {
          if (await folderExists(folder)) {
            await removeOldImports(
              folder,
              new Date(this.#now().getTime() - HOUR),
            );
            await removeOldUploads(
              folder,
              new Date(this.#now().getTime() - DAY),
            );
            await this.record(repository);
            await this.publish(repository);
          } else {
            logger.warn(
              `The repository '${repository.name}' has no folder ${folder}: restore it, or check modelCi.git.directory`,
            );
          }
        });
      }
      after = page.at(-1)?.name;
      if (page.length < PAGE) {
        return;
      }
    }
  }

  /** One repository's trouble keeps no other from its turn. */
  async #attempt(
    repository: RepositoryRow,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.error(
        `Pushes to the repository '${repository.name}' could not be announced, the next sweep tries again`,
        toError(error),
      );
    }
  }

  async #record(repository: RepositoryRow, push: RecordedPush) {
    const { db, directory } = this.#options;
    const folder = repositoryFolder(directory, repository.name);
    const announced = await listAnnouncedHeads(db, {
      repository: repository.name,
    });
    const heads = await listHeads(folder);
    const steps = new Map<string, RefStep[]>();
    for (const branch of findMovedBranches(announced, heads)) {
      steps.set(branch, await readRefSteps(folder, branch));
    }
    const fallbackUser = push.pushedBy ?? repository.owner_ref;
    const moved = findMoves({
      ...{ announced, heads, steps, fallbackUser },
    });
    const at = this.#now().toISOString();
    await recordMoves(db, {
      repository: repository.name,
      moved: moved.map(own => ({
        ...own,
        moves: own.moves.map(move => markSkipped(move, push)),
      })),
      at,
    });
    await followBranches({
      ...{ db, folder, heads, fallbackUser, at },
      repository: repository.name,
      isSkipped: (branch, after) => isSkipped({ branch, after }, push),
    });
  }

  async #publish(repository: RepositoryRow): Promise<void> {
    const { db, directory } = this.#options;
    const folder = repositoryFolder(directory, repository.name);
    for (;;) {
      const due = await listDuePushes(db, {
        repository: repository.name,
        at: this.#now().toISOString(),
        limit: PAGE,
      });
      const commits = due.flatMap(({ event }) => event.after ?? []);
      const subjects = await readSubjects(folder, commits).catch(
        () => new Map<string, string>(),
      );
      const skipping = await listSkipping(folder, commits).catch(
        () => new Set<string>(),
      );
      for (const push of due) {
        await this.#publishOne(repository, push, { subjects, skipping });
      }
      if (due.length < PAGE) {
        return;
      }
    }
  }

  async #publishOne(
    repository: RepositoryRow,
    { id, attempts, event }: DuePush,
    { subjects, skipping }: Messages,
  ): Promise<void> {
    const { db, events, gitBaseUrl } = this.#options;
    const now = this.#now();
    const claimed = await claimPushes(db, {
      ids: [id],
      attempts,
      at: now.toISOString(),
      deliverAfter: nextDelivery(now, attempts + 1).toISOString(),
    });
    if (!claimed.has(id)) {
      return;
    }
    const shared = {
      id,
      repositoryUrl: `${gitBaseUrl}/${repository.name}.git/`,
      defaultBranch: repository.default_branch,
      ...(event.after &&
        skipping.has(event.after) && { skip: 'message' as const }),
    };
    if ('request' in event) {
      const eventPayload = { ...shared, ...this.#toEvent(repository, event) };
      const changedPaths = await this.#findRequestPaths(repository, event);
      await events.publish({
        topic: PULL_REQUEST_TOPIC,
        eventPayload: { ...eventPayload, changedPaths },
      });
      return;
    }
    const eventPayload: PushEvent = {
      ...shared,
      message: event.after && subjects.get(event.after),
      ...event,
      changedPaths: await this.#findPaths(repository, event),
    };
    await events.publish({ topic: PUSH_TOPIC, eventPayload });
  }

  #toEvent(
    { name }: RepositoryRow,
    { after, request, skip }: RequestEvent,
  ): Omit<PullRequestEvent, 'id' | 'repositoryUrl' | 'defaultBranch'> {
    const { targetHead: _, ...happened } = request;
    return {
      ...happened,
      head: after,
      url: this.#options.requestPageOf(name, request.number),
      ...(skip && { skip }),
    };
  }

  /** A request is compared with where it left its target. */
  async #findRequestPaths(
    { name }: RepositoryRow,
    { after, request }: RequestEvent,
  ): Promise<string[] | undefined> {
    const folder = repositoryFolder(this.#options.directory, name);
    return await listChangedPaths(folder, {
      after,
      defaultHead: request.targetHead,
    }).catch(error => {
      this.#options.logger.debug(
        `What ${after} changes is not known: ${error}`,
      );
      return undefined;
    });
  }

  /** Not to know them costs no more than a run that was not needed. */
  async #findPaths(
    { name, default_branch: defaultBranch }: RepositoryRow,
    { after, before }: BranchMove,
  ): Promise<string[] | undefined> {
    if (after === undefined) {
      return undefined;
    }
    const folder = repositoryFolder(this.#options.directory, name);
    try {
      const heads = before ? undefined : await listHeads(folder);
      return await listChangedPaths(folder, {
        before,
        after,
        defaultHead: heads?.get(defaultBranch),
      });
    } catch (error) {
      this.#options.logger.debug(
        `What ${after} changes is not known: ${error}`,
      );
      return undefined;
    }
  }
}

/** What a push did that is recorded now; absent for moves that nobody pushed here. */
export interface RecordedPush {
  pushedBy?: string;
  /** Where it put branches. */
  heads: Array<{ branch: string; after?: string }>;
  /** Whether it asked for no runs. */
  skip?: boolean;
}

interface Messages {
  /** By commit. */
  subjects: Map<string, string>;
  /** Commits that ask for no run. */
  skipping: Set<string>;
}

function markSkipped(move: BranchMove, push: RecordedPush): BranchMove {
  return isSkipped(move, push) ? { ...move, skip: 'option' } : move;
}

/** Whether a move is of a push that asked for no run. */
function isSkipped(
  move: Pick<BranchMove, 'branch' | 'after'>,
  { skip, heads }: RecordedPush,
): boolean {
  const isOwn = heads.some(
    ({ branch, after }) => branch === move.branch && after === move.after,
  );
  return skip === true && isOwn;
}

function describeGivenUp(repository: string, count: number): string {
  return `${count} pushes to the repository '${repository}' are given up: nobody acknowledged them for days, so that no runs may have been started for them. If this portal has no backend of Model CI that starts runs, this is as it should be; otherwise the log of the plugin model-ci says what went wrong`;
}

async function queue(
  tails: Map<string, Promise<unknown>>,
  key: string,
  work: () => Promise<void>,
): Promise<void> {
  const turn = (tails.get(key) ?? Promise.resolve()).then(work);
  const tail = turn.catch(() => {});
  tails.set(key, tail);
  try {
    await turn;
  } finally {
    if (tails.get(key) === tail) {
      tails.delete(key);
    }
  }
}
