import type { Knex } from 'knex';
import type { PipelineParity } from '@model-ci/backstage-plugin-model-ci-common';
import {
  listParityPoints,
  type ParityPoint,
} from '../database/operations/evaluations/listParityPoints';
import { findLatestParity } from '../database/operations/stages/findLatestParity';
import { listParityStages } from '../database/operations/stages/listParityStages';

/** Runs in which stages with parity are looked for: what a definition dropped long ago is not offered any more. */
const MAX_RUNS = 20;
/** Points of all environments and figures together. */
const MAX_POINTS = 5000;

/** Answers how the environments of a pipeline's stages compare. */
export class ParityService {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  /** Three queries, however many environments and runs there are. */
  async find(
    pipelineRef: string,
    query: { stage?: string },
  ): Promise<PipelineParity> {
    const stages = await listParityStages(this.#db, {
      pipelineRef,
      runs: MAX_RUNS,
    });
    const latest = await findLatestParity(this.#db, { pipelineRef, ...query });
    if (!latest) {
      return { stages, history: [] };
    }
    const { result, version, ...found } = latest;
    const points = await listParityPoints(this.#db, {
      pipelineRef,
      stage: latest.stage,
      environments: result.environments.map(({ name }) => name),
      limit: MAX_POINTS,
    });
    return {
      stages,
      latest: { ...found, ...(version !== null && { version }), result },
      history: toHistory(points),
    };
  }
}

function toHistory(newestFirst: ParityPoint[]): PipelineParity['history'] {
  const histories = new Map<string, PipelineParity['history'][number]>();
  for (const point of [...newestFirst].reverse()) {
    const { environment, metric, version, ...rest } = point;
    const key = JSON.stringify([environment, metric]);
    const history = histories.get(key) ?? { environment, metric, points: [] };
    histories.set(key, history);
    history.points.push({ ...rest, ...(version !== null && { version }) });
  }
  return [...histories.values()];
}
