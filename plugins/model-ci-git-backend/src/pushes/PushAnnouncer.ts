import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { EventsService } from '@backstage/plugin-events-node';
import {
  PUSH_TOPIC,
  type PushEvent,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { deletePushEvent } from '../database/operations/pushes/deletePushEvent';
import { listAnnouncedHeads } from '../database/operations/pushes/listAnnouncedHeads';
import { listPushEvents } from '../database/operations/pushes/listPushEvents';
import { recordMoves } from '../database/operations/pushes/recordMoves';
import { listRepositories } from '../database/operations/repositories/listRepositories';
import type { RepositoryRow } from '../database/tables';
import { folderExists } from '../git/bareRepository';
import { removeOldImports } from '../git/commitTree';
import { listCommits, listHeads, readRefSteps } from '../git/history';
import { repositoryFolder } from '../git/names';
import { findMovedBranches, findMoves } from './findMoves';

export interface PushAnnouncerOptions {
  db: Knex;
  events: EventsService;
  logger: LoggerService;
  /** Folder of all repositories. */
  directory: string;
  /** Base URL of the git host. */
  gitBaseUrl: string;
}

const PAGE = 100;
const HOUR = 3_600_000;

/**
 * Tells subscribers of every move of a branch, at least once and in order.
 *
 * What a repository says is compared with what was announced of it, so a move is found whoever made it, and
 * also when the backend died between git's work and the event. {@link record} writes the owed events down;
 * {@link publish} sends them and forgets them. Subscribers know repetitions by the event's id.
 */
export class PushAnnouncer {
  readonly #options: PushAnnouncerOptions;
  /** Tail of the work on each repository: moves are recorded, and events published, one after another. */
  readonly #recording = new Map<string, Promise<unknown>>();
  readonly #publishing = new Map<string, Promise<unknown>>();

  constructor(options: PushAnnouncerOptions) {
    this.#options = options;
  }

  /** Writes down the events owed for a repository. Afterwards a crash no longer loses them. */
  async record(repository: RepositoryRow, pushedBy?: string): Promise<void> {
    await queue(this.#recording, repository.name, () =>
      this.#record(repository, pushedBy ?? repository.owner_ref),
    );
  }

  /** Sends the events that are owed for a repository. */
  async publish(repository: RepositoryRow): Promise<void> {
    await queue(this.#publishing, repository.name, () =>
      this.#publish(repository),
    );
  }

  /** Looks at every repository: for the start, and for what went wrong since. */
  async sweep(): Promise<void> {
    const { db, directory, logger } = this.#options;
    let after: string | undefined;
    for (;;) {
      const page = await listRepositories(db, { after, limit: PAGE });
      for (const repository of page) {
        const folder = repositoryFolder(directory, repository.name);
        try {
          if (await folderExists(folder)) {
            await removeOldImports(folder, new Date(Date.now() - HOUR));
            await this.record(repository);
            await this.publish(repository);
          } else {
            logger.warn(
              `The repository '${repository.name}' has no folder ${folder}: restore it, or check modelCi.git.directory`,
            );
          }
        } catch (error) {
          logger.error(
            `Pushes to the repository '${repository.name}' could not be announced, the next sweep tries again`,
            toError(error),
          );
        }
      }
      after = page.at(-1)?.name;
      if (page.length < PAGE) {
        return;
      }
    }
  }

  async #record(repository: RepositoryRow, fallbackUser: string) {
    const { db, directory } = this.#options;
    const folder = repositoryFolder(directory, repository.name);
    const announced = await listAnnouncedHeads(db, {
      repository: repository.name,
    });
    const heads = await listHeads(folder);
    const steps = new Map(
      await Promise.all(
        findMovedBranches(announced, heads).map(
          async branch => [branch, await readRefSteps(folder, branch)] as const,
        ),
      ),
    );
    for (const moved of findMoves({ announced, heads, steps, fallbackUser })) {
      await recordMoves(db, {
        repository: repository.name,
        moved,
        at: new Date().toISOString(),
      });
    }
  }

  async #publish(repository: RepositoryRow): Promise<void> {
    const { db, directory, events, gitBaseUrl } = this.#options;
    const folder = repositoryFolder(directory, repository.name);
    for (;;) {
      const pending = await listPushEvents(db, {
        repository: repository.name,
        limit: PAGE,
      });
      for (const { id, move } of pending) {
        const eventPayload: PushEvent = {
          id,
          repositoryUrl: `${gitBaseUrl}/${repository.name}.git/`,
          defaultBranch: repository.default_branch,
          message: move.after && (await readSubject(folder, move.after)),
          ...move,
        };
        await events.publish({ topic: PUSH_TOPIC, eventPayload });
        await deletePushEvent(db, { id });
      }
      if (pending.length < PAGE) {
        return;
      }
    }
  }
}

/** The first line of a commit's message. Undefined if the commit is gone: a push without it is still one. */
async function readSubject(
  folder: string,
  commit: string,
): Promise<string | undefined> {
  try {
    const [{ subject }] = await listCommits(folder, commit, {
      skip: 0,
      limit: 1,
    });
    return subject;
  } catch {
    return undefined;
  }
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
