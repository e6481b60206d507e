import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { countOpenRuns } from '../database/operations/limits/countOpenRuns';
import { sumArtifactBytes } from '../database/operations/limits/sumArtifactBytes';
import type { Limits } from './config';
import { TooManyRequestsError } from './TooManyRequestsError';

/** How long a sum of bytes is gone by, milliseconds: it grows by what stages produce meanwhile. */
const SUM_AGE = 60_000;
/** Sums that are remembered. */
const MAX_SUMS = 1_000;
/** Runs end within minutes; who asks sooner gets the same answer. */
const RETRY_AFTER_SECONDS = 60;

/** Keeps the owners of pipelines within what app-config lets them have. */
export class RunQuota {
  readonly #options: { db: Knex; limits: Limits['owner']; now: () => number };
  readonly #sums = new Map<string, { at: number; bytes: Promise<number> }>();

  constructor(options: {
    db: Knex;
    limits: Limits['owner'];
    now?: () => number;
  }) {
    this.#options = { now: Date.now, ...options };
  }

  /** Rejects where the owner of a pipeline may not have another run. */
  async demandRoom(pipelineRef: string): Promise<void> {
    const { db, limits } = this.#options;
    const open = await countOpenRuns(db, { pipelineRef, max: limits.runs });
    if (open >= limits.runs) {
      throw new TooManyRequestsError(
        reason('error.tooManyRuns', {
          pipeline: pipelineRef,
          max: limits.runs,
        }),
        RETRY_AFTER_SECONDS,
      );
    }
    const { artifactBytes } = limits;
    if (artifactBytes !== undefined) {
      const bytes = await this.#sum(pipelineRef);
      if (bytes >= artifactBytes) {
        throw new TooManyRequestsError(
          reason('error.tooManyBytes', {
            pipeline: pipelineRef,
            bytes,
            max: artifactBytes,
          }),
        );
      }
    }
  }

  async #sum(pipelineRef: string): Promise<number> {
    const now = this.#options.now();
    const known = this.#sums.get(pipelineRef);
    if (known && now - known.at < SUM_AGE) {
      return known.bytes;
    }
    const bytes = sumArtifactBytes(this.#options.db, { pipelineRef });
    if (this.#sums.size >= MAX_SUMS) {
      this.#sums.clear();
    }
    this.#sums.set(pipelineRef, { at: now, bytes });
    bytes.catch(() => this.#sums.delete(pipelineRef));
    return bytes;
  }
}
