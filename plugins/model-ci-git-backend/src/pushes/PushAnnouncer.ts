import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { EventsService } from '@backstage/plugin-events-node';
import {
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
import { recordMoves } from '../database/operations/pushes/recordMoves';
import { findRepositories } from '../database/operations/repositories/findRepositories';
import { listRepositories } from '../database/operations/repositories/listRepositories';
import type { RepositoryRow } from '../database/tables';
import { folderExists } from '../git/bareRepository';
import { removeOldImports } from '../git/commitTree';
import {
  listHeads,
  readRefSteps,
  readSubjects,
  type RefStep,
} from '../git/history';
import { repositoryFolder } from '../git/names';
import { removeOldUploads } from '../lfs/LfsStore';
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

  /** Writes down the events owed for a repository. Afterwards a crash no longer loses them. */
  async record(repository: RepositoryRow, pushedBy?: string): Promise<void> {
    await queue(this.#recording, repository.name, () =>
      this.#record(repository, pushedBy ?? repository.owner_ref),
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

  async #record(repository: RepositoryRow, fallbackUser: string) {
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
    await recordMoves(db, {
      repository: repository.name,
      moved: findMoves({ announced, heads, steps, fallbackUser }),
      at: this.#now().toISOString(),
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
      const subjects = await readSubjects(
        folder,
        due.flatMap(({ move }) => move.after ?? []),
      ).catch(() => new Map<string, string>());
      for (const push of due) {
        await this.#publishOne(repository, push, subjects);
      }
      if (due.length < PAGE) {
        return;
      }
    }
  }

  async #publishOne(
    repository: RepositoryRow,
    { id, attempts, move }: DuePush,
    subjects: Map<string, string>,
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
    const eventPayload: PushEvent = {
      id,
      repositoryUrl: `${gitBaseUrl}/${repository.name}.git/`,
      defaultBranch: repository.default_branch,
      message: move.after && subjects.get(move.after),
      ...move,
    };
    await events.publish({ topic: PUSH_TOPIC, eventPayload });
  }
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
