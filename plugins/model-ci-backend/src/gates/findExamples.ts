import { metricOf, type MetricOfSet } from '../examples/metrics';
import type { ExampleSet } from '../examples/types';
import type { Gate, ExampleSource } from './types';

/** Opens an example set by its digest. */
export type OpenSet = (digest: string) => Promise<ExampleSet>;

/** Examples that a gate can be judged on. */
export interface GateExamples {
  source: ExampleSource;
  set: ExampleSet;
  /** The metric as the set has it. */
  metric: string;
}

export type FoundExamples =
  | { type: 'found'; examples: GateExamples }
  /** `why` is absent where there are no examples at all. */
  | { type: 'none'; why?: Extract<MetricOfSet, { type: 'none' }>['reason'] }
  | { type: 'several' };

/** The example set on which a gate's metric can be computed, if exactly one has it. */
export async function findExamples(
  gate: Pick<Gate, 'metric' | 'dataset'>,
  sources: ExampleSource[],
  open: OpenSet,
): Promise<FoundExamples> {
  const fitting: GateExamples[] = [];
  let why: Extract<MetricOfSet, { type: 'none' }>['reason'] | undefined;
  for (const source of sources.filter(({ dataset, task }) =>
    [undefined, dataset, task].includes(gate.dataset),
  )) {
    const set = await open(source.digest);
    const metric = metricNameIn(source, gate.metric);
    const found = await metricOf(set, metric);
    if (found.type === 'none') {
      why = found.reason;
    } else {
      fitting.push({ source, set, metric });
    }
  }
  if (fitting.length > 1) {
    return { type: 'several' };
  }
  return fitting.length === 1
    ? { type: 'found', examples: fitting[0] }
    : { type: 'none', ...(why && { why }) };
}

/** Metrics of an evaluation harness carry the name of their task. */
export function metricNameIn(
  { task }: Pick<ExampleSource, 'task'>,
  metric: string,
): string {
  const prefix = ['.', '/'].find(dot => metric.startsWith(`${task}${dot}`));
  return task && prefix ? metric.slice(task.length + prefix.length) : metric;
}
