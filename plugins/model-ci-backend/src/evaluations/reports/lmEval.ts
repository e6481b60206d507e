import { posix } from 'node:path';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { ExampleColumns } from '../../examples/ExampleColumns';
import { Masks } from '../../masking/Masks';
import { createLmEvalResultsReader, type LmEvalResults } from './lmEvalResults';
import { createLmEvalSamplesReader, type LmEvalSamples } from './lmEvalSamples';
import { malformed, type ReportReader } from './ReportReader';

export type LmEvalFile<TExamples = ExampleColumns> =
  | LmEvalResults
  | LmEvalSamples<TExamples>;

const RESULTS = /^results.*\.json$/;
const SAMPLES = /^samples_(.+?)(?:_\d{4}-\d\d-\d\dT[\d.:-]+)?\.jsonl$/;

/** Whether a file of a folder is one that lm-evaluation-harness writes for others to read. */
export function isLmEvalFile(path: string): boolean {
  const name = posix.basename(path);
  return RESULTS.test(name) || SAMPLES.test(name);
}

/** The task whose samples a file holds, as lm-evaluation-harness spells it in names of files. */
export function taskInName(path: string): string | undefined {
  return SAMPLES.exec(posix.basename(path))?.[1];
}

/** The same of a task's own name. */
export function spellTask(task: string): string {
  return task.replace(/[^\p{L}\p{N}_]/gu, '_');
}

export function createLmEvalReader(
  path: string,
  masks = Masks.none,
): ReportReader<LmEvalFile> {
  const name = posix.basename(path);
  if (SAMPLES.test(name)) {
    return createLmEvalSamplesReader(masks);
  }
  return RESULTS.test(name) ? createLmEvalResultsReader(masks) : refusal();
}

function refusal(): ReportReader<LmEvalFile> {
  const refuse = () => {
    throw malformed(reason('report.lmEvalName'));
  };
  return { write: refuse, end: refuse };
}
