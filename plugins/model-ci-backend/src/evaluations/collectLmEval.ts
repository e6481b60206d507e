import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ReadReport } from './collectReport';
import { spellTask, taskInName, type LmEvalFile } from './reports/lmEval';
import type { MetricsReport } from './reports/MetricList';

/** The examples of one task. */
export interface TaskExamples<T> {
  task: string;
  taskHash?: string;
  examples: T;
}

export interface LmEvalReports<T> {
  results: ReadReport<MetricsReport>[];
  tasks: TaskExamples<T>[];
  problems: Reason[];
}

/** Puts together what lm-evaluation-harness wrote: the samples of each task with what the results say of it. */
export function joinLmEval<T>(
  files: ReadReport<LmEvalFile<T>>[],
): LmEvalReports<T> {
  const results: LmEvalReports<T>['results'] = [];
  const samples: Array<{
    path: string;
    task: string;
    examples: T;
  }> = [];
  const hashes = new Map<string, { task: string; hash: string }>();
  for (const { report, ...file } of files) {
    if (report.type === 'results') {
      results.push({ ...file, report });
      for (const [task, hash] of report.taskHashes) {
        hashes.set(spellTask(task), { task, hash });
      }
    } else {
      const task = taskInName(file.path) ?? '';
      samples.push({ path: file.path, task, examples: report.examples });
    }
  }
  const problems: Reason[] = [];
  const byTask = new Map<string, (typeof samples)[number]>();
  for (const sample of samples) {
    const { task, path } = sample;
    const other = byTask.get(task);
    if (other) {
      problems.push(
        reason('report.taskTwice', { task, first: other.path, second: path }),
      );
    }
    byTask.set(task, sample);
  }
  const tasks = [...byTask].map(([spelled, { examples }]) => {
    const known = hashes.get(spelled);
    return { task: known?.task ?? spelled, taskHash: known?.hash, examples };
  });
  return { results, tasks, problems };
}
