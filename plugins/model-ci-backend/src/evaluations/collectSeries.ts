import { posix } from 'node:path';
import type { ReportSummary } from '@model-ci/backstage-plugin-model-ci-common';
import type { CollectedCurve } from '../database/operations/results/types';
import type { ReadReport } from './collectReport';
import { curvesOf } from './reports/series/curvesOf';
import type { Series } from './reports/series/Curves';

/** The curves of all series reports of a stage, and what to say of each file. */
export function collectSeries(files: ReadReport<Series>[]): {
  curves: CollectedCurve[];
  summaries: ReportSummary[];
} {
  const kept = new Set(
    withoutEarlierCheckpoints(files.map(({ path }) => path)),
  );
  const series = files.filter(({ path }) => kept.has(path));
  return {
    curves: series.flatMap(({ path, report }) => curvesOf(path, report)),
    summaries: series.map(summarize),
  };
}

function summarize({ report, ...file }: ReadReport<Series>): ReportSummary {
  const { leftOut, metricsLeftOut } = report;
  return {
    kind: 'series',
    ...file,
    metrics: report.curves.size,
    steps: report.rows,
    ...(leftOut > 0 && { leftOut }),
    ...(metricsLeftOut > 0 && { metricsLeftOut }),
  };
}

const CHECKPOINT = /^checkpoint-(\d+)$/;

/**
 * Hugging Face's Trainer writes its whole history into every checkpoint: only the newest one of a folder counts, and none
 * where the folder has a state of its own.
 */
export function withoutEarlierCheckpoints(paths: string[]): string[] {
  const newest = new Map<string, number>();
  for (const path of paths) {
    const { folder, step } = checkpointOf(path);
    newest.set(folder, Math.max(step, newest.get(folder) ?? 0));
  }
  return paths.filter(path => {
    const { folder, step } = checkpointOf(path);
    return step === newest.get(folder);
  });
}

/** Infinite for what is in no checkpoint. */
function checkpointOf(path: string): { folder: string; step: number } {
  const folder = posix.dirname(path);
  const isState = posix.basename(path) === 'trainer_state.json';
  const [, step] = CHECKPOINT.exec(posix.basename(folder)) ?? [];
  if (!isState) {
    return { folder: path, step: Infinity };
  }
  return step === undefined
    ? { folder, step: Infinity }
    : { folder: posix.dirname(folder), step: Number(step) };
}
