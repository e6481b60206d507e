import type { Knex } from 'knex';
import type { RunGpus } from '@model-ci/backstage-plugin-model-ci-common';
import { listUsages } from '../database/operations/gpus/listUsages';
import { summarizeUsage, totalOf } from './summarizeUsage';

/** Devices of attempts in one answer; 256 instances with eight each would be a few more. */
const MAX_USAGES = 1000;

/** Answers what the GPUs of runs did. */
export class GpuService {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  async find(runId: string): Promise<RunGpus> {
    const rows = await listUsages(this.#db, { runId, limit: MAX_USAGES });
    const usages = rows.map(({ instance, usage, ...row }) => ({
      ...row,
      ...(instance !== null && { instance }),
      ...summarizeUsage(usage),
    }));
    const total = totalOf(usages);
    return { usages, ...(total && { total }) };
  }
}
