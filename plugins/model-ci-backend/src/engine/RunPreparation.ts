import { addAbortSignal } from 'node:stream';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  describeParameterProblems,
  fillParameters,
  reason,
  type ExecutorRules,
  type DefinitionError,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import type { ClaimedRun } from '../database/operations/runs/claimRun';
import { recordUnverified } from '../database/operations/runs/recordUnverified';
import { postponeRun } from '../database/operations/runs/postponeRun';
import { rejectRun } from '../database/operations/runs/rejectRun';
import { startRun, type Started } from '../database/operations/runs/startRun';
import { TicketLostError } from '../database/operations/ticket';
import { parseStoredParameters } from '../database/storedLists';
import { describeError } from '../describeError';
import { reasonOf } from '../withReason';
import {
  describeErrors,
  parseFoundDefinition,
} from '../source/parseFoundDefinition';
import type { ResolvedCommit, SourceReader } from '../source/SourceReader';
import { storeSourceTree } from '../source/storeSourceTree';
import { followUp } from './followUp';
import { judgeRun } from './judgeRun';
import { resolveCaches } from './resolveCaches';
import { resolveDatasets } from './resolveDatasets';
import { delayAfter } from './retry';
import type { EngineConfig } from './types';

export interface RunPreparationOptions {
  db: Knex;
  logger: LoggerService;
  source: SourceReader;
  store: ArtifactStore;
  config: EngineConfig;
  /** See `EngineOptions`. */
  environments?: readonly string[];
  executors: ReadonlyMap<string, ExecutorRules>;
  context: AdvanceContext;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called after commit with a run that was started. */
  onStarted(started: Started): void;
  /** Called after commit with a run that was not. */
  onChanged(run: ClaimedRun): void;
}

/** Errors after which asking again would be answered alike, and who has to mend it. */
const PERMANENT: ReadonlyMap<string, 'failed' | 'errored'> = new Map([
  ['InputError', 'failed'],
  ['NotFoundError', 'failed'],
  ['NotAllowedError', 'errored'],
  ['AuthenticationError', 'errored'],
]);

/** A code host that stops answering halfway does not hold up the runs behind. */
const TIMEOUT_MS = 10 * 60 * 1000;

/**
 * Prepares one claimed run: finds the commit, keeps the source, checks the definition, and starts the run
 * or says why not.
 */
export class RunPreparation {
  readonly ticket: string;
  private readonly aborting = new AbortController();
  private resolved?: ResolvedCommit;
  /** Why the run is not trusted. */
  private unverified?: Reason;

  constructor(
    private readonly options: RunPreparationOptions,
    private readonly claimed: ClaimedRun,
  ) {
    this.ticket = claimed.ticket;
  }

  /** Lets go of the run without ending it. */
  abort(): void {
    this.aborting.abort();
  }

  /** Resolves when there is nothing more to do for the holder of this claim; never rejects. */
  async run(): Promise<void> {
    const { logger, onChanged } = this.options;
    try {
      await this.prepare().catch(error => this.handleFailure(error));
    } catch (error) {
      if (error instanceof TicketLostError) {
        logger.info(`${error.message}; it is left alone`);
      } else if (!this.aborting.signal.aborted) {
        logger.error(`Preparing run ${this.claimed.id} broke off`, {
          error: isError(error) ? error.stack ?? error.message : String(error),
        });
      }
    }
    onChanged(this.claimed);
  }

  private async prepare(): Promise<void> {
    const { db, source, store, config } = this.options;
    const signal = AbortSignal.any([
      this.aborting.signal,
      AbortSignal.timeout(TIMEOUT_MS),
    ]);
    const run = this.claimed;
    if (this.options.executors.size === 0) {
      await this.reject('errored', reason('run.noExecutor'));
      return;
    }
    this.resolved =
      run.commit === null
        ? await source.resolve(
            run.source_url,
            run.requested_ref ?? undefined,
            signal,
          )
        : { commit: run.commit };
    const { commit } = this.resolved;
    await this.judge(commit, signal);
    this.resolved.tree ??=
      run.source_tree ?? (await this.findTree(commit, signal));
    const tree = await storeSourceTree(
      addAbortSignal(
        signal,
        await source.readTree(run.source_url, commit, signal),
      ),
      {
        store,
        limits: {
          maxBytes: config.maxSourceBytes,
          maxEntries: config.maxSourceEntries,
        },
      },
    );
    signal.throwIfAborted();
    const found = await source.readDefinition(
      { ref: run.pipeline_ref, sourceUrl: run.source_url },
      commit,
      signal,
    );
    const parsed = parseFoundDefinition(found, {
      environments: this.options.environments,
      executors: Object.fromEntries(this.options.executors),
    });
    if ('errors' in parsed) {
      await this.refuse(parsed.errors);
      return;
    }
    const { definition } = parsed;
    const filled = fillParameters(
      definition.parameters,
      parseStoredParameters(run.parameters),
    );
    if ('problems' in filled) {
      await this.reject('failed', describeParameterProblems(filled.problems));
      return;
    }
    const { datasets, errors } = resolveDatasets(
      definition.datasets,
      tree.files,
      found.file,
    );
    const cached = resolveCaches(definition, tree.files, found.file);
    errors.push(...cached.errors);
    if (errors.length > 0) {
      await this.refuse(errors);
      return;
    }
    const started = await startRun(db, {
      runId: run.id,
      ticket: this.ticket,
      ...this.knownCommit(),
      commit,
      sourceDigest: tree.digest,
      definition: cached.definition,
      datasets,
      parameters: filled.values,
      environments: this.options.environments,
      context: this.options.context,
      at: new Date(this.options.now()).toISOString(),
    });
    if (started) {
      followUp(this.options.logger, `The start of run ${run.id}`, () =>
        this.options.onStarted(started),
      );
    }
  }

  /** A commit that need not come from who may push belongs to no branch, whatever was said. */
  private async judge(commit: string, signal: AbortSignal): Promise<void> {
    const { db, source } = this.options;
    const run = this.claimed;
    this.unverified = await judgeRun(source, run, { commit, signal });
    if (this.unverified || run.untrusted_reason !== null) {
      const { ticket, unverified } = this;
      await recordUnverified(db, { runId: run.id, ticket, unverified });
    }
  }

  /** The commit says what runs; its tree is only recorded, so that a host that does not answer for it ends no run. */
  private async findTree(
    commit: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { logger, source } = this.options;
    const run = this.claimed;
    try {
      return await source.findTree(run.source_url, commit, signal);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn(
        `The tree of commit ${commit} of run ${
          run.id
        } was not found out: ${describeError(error)}`,
      );
      return undefined;
    }
  }

  private async refuse(errors: DefinitionError[]): Promise<void> {
    await rejectRun(this.options.db, {
      runId: this.claimed.id,
      ticket: this.ticket,
      status: 'failed',
      reason: describeErrors(errors),
      errors,
      ...this.knownCommit(),
      at: new Date(this.options.now()).toISOString(),
    });
  }

  private async reject(
    status: 'failed' | 'errored',
    why: Reason,
  ): Promise<void> {
    await rejectRun(this.options.db, {
      runId: this.claimed.id,
      ticket: this.ticket,
      status,
      reason: why,
      ...this.knownCommit(),
      at: new Date(this.options.now()).toISOString(),
    });
  }

  private async handleFailure(error: unknown): Promise<void> {
    const { db, config, logger } = this.options;
    this.aborting.signal.throwIfAborted();
    if (error instanceof TicketLostError) {
      throw error;
    }
    const run = this.claimed;
    const claim = { runId: run.id, ticket: this.ticket };
    const message = describeError(error);
    const now = this.options.now();
    const at = new Date(now).toISOString();
    const permanent = isError(error) ? PERMANENT.get(error.name) : undefined;
    if (isError(error) && permanent) {
      await rejectRun(db, {
        ...claim,
        status: permanent,
        reason: reason(
          error.name === 'InputError'
            ? 'run.sourceInvalid'
            : 'run.sourceRefused',
          { error: saidBy(error) },
        ),
        ...this.knownCommit(),
        at,
      });
      return;
    }
    const failures = run.prepare_failures + 1;
    if (failures > config.sourceRetries) {
      await rejectRun(db, {
        ...claim,
        status: 'errored',
        reason: reason('run.sourceUnreadable', {
          count: failures,
          error: saidBy(error),
          url: run.source_url,
        }),
        ...this.knownCommit(),
        at,
      });
      return;
    }
    logger.warn(`The source of run ${run.id} could not be read: ${message}`);
    await postponeRun(db, {
      ...claim,
      failures,
      after: new Date(
        now + delayAfter(failures, config.retryDelayMs),
      ).toISOString(),
      reason: reason('run.sourceRetried', { error: saidBy(error) }),
    });
  }

  /** What the row of the run does not say yet. */
  private knownCommit() {
    const { commit, branch, message, tree } = this.resolved ?? {};
    return {
      ...(commit !== undefined && { commit }),
      ...(this.unverified
        ? { branch: null }
        : branch !== undefined && { branch }),
      ...(message !== undefined && { commitMessage: message }),
      ...(tree !== undefined && { sourceTree: tree }),
    };
  }
}

/** What an error says, in words of ours where it has them. */
function saidBy(error: unknown): Reason | string {
  return (isError(error) && reasonOf(error)) || describeError(error);
}
