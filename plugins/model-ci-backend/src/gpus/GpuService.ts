import type { Knex } from 'knex';
import type {
  GpuUsage,
  RunGpus,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listUsages,
  type ListedUsage,
} from '../database/operations/gpus/listUsages';
import { summarizeUsage, totalOf } from './summarizeUsage';

/** Devices that an answer names and that are read at once; 256 instances with eight each have more, and all count in the total. */
const MAX_USAGES = 1000;

/** Answers what the GPUs of runs did. */
export class GpuService {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  async find(runId: string): Promise<RunGpus> {
    const usages: GpuUsage[] = [];
    for (let offset = 0; usages.length === offset; offset += MAX_USAGES) {
      const page = { runId, offset, limit: MAX_USAGES };
      const rows = await listUsages(this.#db, page);
      usages.push(...rows.map(toUsage));
    }
    const total = totalOf(usages);
    const omitted = usages.length - MAX_USAGES;
    return {
      usages: usages.slice(0, MAX_USAGES),
      ...(omitted > 0 && { omitted }),
      ...(total && { total }),
    };
  }
}

function toUsage({ instance, usage, ...row }: ListedUsage): GpuUsage {
  return {
    ...row,
    ...(instance !== null && { instance }),
    ...summarizeUsage(usage),
  };
}
