import type {
  AuthService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  type MergeProtection,
  ModelCiClient,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { owesRequestEvent } from '../database/operations/pushes/owesRequestEvent';
import type { PullRequestRow } from '../database/tables';

export interface MergeCheckerOptions {
  db: Knex;
  auth: AuthService;
  discovery: DiscoveryService;
  logger: LoggerService;
  /** Base URL of the git host. */
  gitBaseUrl: string;
}

/** Longer than a database that is busy takes. */
const TIMEOUT_MS = 5_000;
const PLUGIN = 'model-ci';

/** Asks the plugin `model-ci` whether the runs of a pull request succeeded. */
export class MergeChecker {
  readonly #options: MergeCheckerOptions;
  readonly #client: ModelCiClient;

  constructor(options: MergeCheckerOptions) {
    this.#options = options;
    this.#client = new ModelCiClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  /** Where nobody answers, nothing is merged: what cannot be verified is no success. */
  async check(row: PullRequestRow): Promise<MergeProtection> {
    const { db, logger } = this.#options;
    const { number, repository } = row;
    // Before the runs are asked for: what is acknowledged in between has its run by then.
    const isOwed = await owesRequestEvent(db, { repository, number });
    try {
      const checks = await this.#list(row);
      return checks.length > 0 && isOwed
        ? { checks, problem: reason('mergeCheck.notAnnounced') }
        : { checks };
    } catch (error) {
      if (error instanceof ResponseError && error.statusCode === 404) {
        // This portal has no pipelines at all.
        return { checks: [] };
      }
      logger.warn(
        `The runs of pull request ${number} of '${repository}' are not known: ${error}`,
      );
      return { checks: [], problem: reason('mergeCheck.away') };
    }
  }

  async #list({ head, number, repository }: PullRequestRow) {
    const { auth, gitBaseUrl } = this.#options;
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: PLUGIN,
    });
    return await this.#client.listMergeChecks(
      {
        repositoryUrl: `${gitBaseUrl}/${repository}.git`,
        ...{ number, commit: head },
      },
      { token, signal: AbortSignal.timeout(TIMEOUT_MS) },
    );
  }
}
