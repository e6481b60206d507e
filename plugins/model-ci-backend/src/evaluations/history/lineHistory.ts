import type { Knex } from 'knex';
import type {
  HistoryPoint,
  MetricLine,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listServingStarts } from '../../database/operations/deployments/listServingStarts';
import { listGateResults } from '../../database/operations/evaluations/listGateResults';
import {
  listLinePoints,
  type LinePoint,
} from '../../database/operations/evaluations/listLinePoints';
import { gateOf, judgedInterval } from '../histories';
import { intervalsOf } from '../interval';
import { thinPoints } from './thinPoints';

/** Not configurable: what one request may read; older values are reached by a range of time. */
export const MAX_READ = 10_000;
const MAX_DEPLOYMENTS = 500;
/** SQLite takes no more values than this in a statement by default. */
const RUNS_PER_STATEMENT = 1000;
/** In place of a digest: of data of which none is known. */
export const NO_DIGEST = 'none';

export interface LineHistoryOptions {
  line: MetricLine;
  datasetDigest?: string;
  scope: 'versions' | 'runs';
  from?: string;
  to?: string;
  limit: number;
}

/** One line with all that is drawn with it. */
export async function readLineHistory(
  db: Knex,
  pipelineRef: string,
  options: LineHistoryOptions,
): Promise<MetricLineHistory> {
  const { line, datasetDigest, limit, scope, from, to } = options;
  const [read, deployments] = await Promise.all([
    listLinePoints(db, {
      pipelineRef,
      line,
      versionsOnly: scope === 'versions',
      from,
      to,
      limit: MAX_READ + 1,
    }),
    listServingStarts(db, { pipelineRef, limit: MAX_DEPLOYMENTS }),
  ]);
  const decided = lastAttempts(read.slice(0, MAX_READ)).reverse();
  const onData = decided.filter(
    point =>
      datasetDigest === undefined ||
      (point.datasetDigest ?? NO_DIGEST) === datasetDigest,
  );
  const latest = decided.at(-1);
  return {
    line,
    unit: latest?.unit,
    higherIsBetter: latest?.higherIsBetter,
    points: await withGates(db, thinPoints(onData, limit)),
    total: onData.length,
    older: read.length > MAX_READ,
    digests: countDigests(decided),
    deployments,
  };
}

/** A stage that was attempted again reported again: the last attempt decides. */
function lastAttempts(newestFirst: LinePoint[]): LinePoint[] {
  const seen = new Set<string>();
  return newestFirst.filter(({ runId, stage }) => {
    const key = JSON.stringify([runId, stage]);
    return !seen.has(key) && seen.add(key);
  });
}

function countDigests(oldestFirst: LinePoint[]): MetricLineHistory['digests'] {
  const counts = new Map<string | undefined, number>();
  for (const { datasetDigest } of oldestFirst) {
    const known = counts.get(datasetDigest) ?? 0;
    // Set anew, so that the order is that of the last time each was seen.
    counts.delete(datasetDigest);
    counts.set(datasetDigest, known + 1);
  }
  return [...counts]
    .map(([digest, points]) => ({ ...(digest && { digest }), points }))
    .reverse();
}

async function withGates(
  db: Knex,
  points: LinePoint[],
): Promise<HistoryPoint[]> {
  const runIds = [...new Set(points.map(point => point.runId))];
  const gates = new Map<string, Awaited<ReturnType<typeof listGateResults>>>();
  for (let i = 0; i < runIds.length; i += RUNS_PER_STATEMENT) {
    const found = await listGateResults(db, {
      runIds: runIds.slice(i, i + RUNS_PER_STATEMENT),
    });
    for (const gate of found) {
      const known = gates.get(gate.runId);
      if (known) known.push(gate);
      else gates.set(gate.runId, [gate]);
    }
  }
  const intervals = intervalsOf(points);
  return points.map((point, index) => {
    const own = gates.get(point.runId) ?? [];
    return {
      ...point,
      interval: intervals[index] ?? judgedInterval(point, own),
      gate: gateOf(point, own),
    };
  });
}
