import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { Knex } from 'knex';
import pLimit from 'p-limit';
import { quoted, reason } from '@model-ci/backstage-plugin-model-ci-common';
import { markSourcesDue } from '../../database/operations/sources/findSourceStates';
import {
  type DueSource,
  listDueSources,
} from '../../database/operations/sources/listDueSources';
import {
  postponeSource,
  recordSourceState,
  type SourceFinding,
} from '../../database/operations/sources/recordSourceState';
import { findPipelinesBySource } from '../../database/operations/pipelines/findPipelinesBySource';
import { describeError } from '../../describeError';
import {
  describeErrors,
  parseFoundDefinition,
} from '../../source/parseFoundDefinition';
import type {
  FoundRepository,
  RepositoryFinder,
} from '../../source/repositories/RepositoryFinder';
import {
  readRepositoryUrl,
  type RepositoryPlace,
} from '../../source/repositories/RepositoryPlace';
import type { SourceReader } from '../../source/SourceReader';
import { sourceIdentityOf } from '../../source/sourceUrl';
import { reasonOf } from '../../withReason';

export interface SourceCheckerOptions {
  db: Knex;
  integrations: ScmIntegrationRegistry;
  repositories: Pick<RepositoryFinder, 'find'>;
  source: Pick<
    SourceReader,
    'findDefaultBranch' | 'readDefinition' | 'repository' | 'resolve'
  >;
  logger: LoggerService;
  now?(): number;
}

/** So that a portal with a thousand pipelines asks its hosts about a few each second, and no more. */
const BATCH = 20;
const AT_ONCE = 4;
const TIMEOUT = 15_000;
const MINUTE = 60_000;
const FINE_FOR = 60 * MINUTE;
/** What somebody may be mending. */
const BROKEN_FOR = 5 * MINUTE;

/**
 * Looks whether the repositories of pipelines are still as the catalog has them. It changes nothing but what is shown:
 * a problem goes away once the source is found to be right.
 */
export class SourceChecker {
  readonly #options: SourceCheckerOptions;

  constructor(options: SourceCheckerOptions) {
    this.#options = options;
  }

  /** Has the pipelines of a repository looked at again, in the next round. */
  async expectChange(repositoryUrl: string): Promise<void> {
    const { db } = this.#options;
    const rows = await findPipelinesBySource(db, repositoryUrl);
    await markSourcesDue(
      db,
      rows.map(({ ref }) => ref),
    );
  }

  /** Looks at a few that are due; answers how many. */
  async checkDue(signal?: AbortSignal): Promise<number> {
    const { db } = this.#options;
    const now = this.#now();
    const due = await listDueSources(db, {
      fineBefore: toTime(now - FINE_FOR),
      brokenBefore: toTime(now - BROKEN_FOR),
      limit: BATCH,
    });
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      due.map(each =>
        limit(async () => {
          signal?.throwIfAborted();
          await this.#check(each);
        }),
      ),
    );
    return due.length;
  }

  async #check(due: DueSource): Promise<void> {
    const { db, logger } = this.#options;
    const args = { ref: due.ref, entityUrl: due.entity_url };
    try {
      const finding = await this.#examine(due, AbortSignal.timeout(TIMEOUT));
      await recordSourceState(db, {
        ...{ ...args, finding },
        at: toTime(this.#now()),
      });
    } catch (error) {
      logger.debug(`The source of '${due.ref}' is not known now: ${error}`);
      await postponeSource(db, { ...args, at: toTime(this.#now()) });
    }
  }

  async #examine(due: DueSource, signal: AbortSignal): Promise<SourceFinding> {
    const { integrations, repositories } = this.#options;
    const repository = this.#options.source.repository(due.source_url);
    let place: RepositoryPlace;
    try {
      place = readRepositoryUrl(repository, integrations);
    } catch {
      // A host that cannot be asked about repositories.
      return {};
    }
    let found: FoundRepository | undefined;
    try {
      found = await repositories.find(place, signal);
    } catch (error) {
      if (!NotFoundError.is(error)) {
        throw error;
      }
      return { problem: reason('sourceState.repositoryGone', { repository }) };
    }
    if (found && !isSame(found.url, repository)) {
      return this.#describeMove(due, repository, found.url);
    }
    if (found?.defaultBranch === undefined) {
      return found
        ? { problem: reason('sourceState.empty', { repository }) }
        : {};
    }
    return await this.#examineFiles(due, repository, found.defaultBranch);
  }

  #describeMove(
    { source_url: sourceUrl }: DueSource,
    repository: string,
    to: string,
  ): SourceFinding {
    const identity = sourceIdentityOf(sourceUrl, this.#options.integrations);
    const folder = identity.slice(repository.length);
    return {
      problem: reason('sourceState.moved', { repository, to }),
      moved: { to, identity: `${to.toLocaleLowerCase('en-US')}${folder}` },
    };
  }

  async #examineFiles(
    { ref, source_url: sourceUrl, entity_url: entityUrl }: DueSource,
    repository: string,
    defaultBranch: string,
  ): Promise<SourceFinding> {
    const { source } = this.#options;
    const branch = source.findDefaultBranch(entityUrl) ?? defaultBranch;
    try {
      if (branch !== defaultBranch) {
        await source.resolve(sourceUrl, branch);
      }
    } catch (error) {
      if (!NotFoundError.is(error)) {
        throw error;
      }
      const where = { repository, branch, defaultBranch };
      return { problem: reason('sourceState.branchGone', where) };
    }
    try {
      const found = await source.readDefinition({ ref, sourceUrl }, branch);
      if (found.type === 'missing') {
        const where = { repository, branch, file: found.file };
        return {
          problem:
            found.what === 'entity'
              ? reason('sourceState.entityGone', where)
              : reason('sourceState.definitionGone', where),
        };
      }
      const result = parseFoundDefinition(found);
      return 'errors' in result
        ? {
            problem: reason('sourceState.definitionInvalid', {
              branch,
              problem: describeErrors(result.errors),
            }),
          }
        : {};
    } catch (error) {
      if (!InputError.is(error)) {
        throw error;
      }
      return { problem: reasonOf(error) ?? quoted(describeError(error)) };
    }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

/** Hosts take the names of repositories in any case. */
function isSame(one: string, other: string): boolean {
  return one.toLocaleLowerCase('en-US') === other.toLocaleLowerCase('en-US');
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
