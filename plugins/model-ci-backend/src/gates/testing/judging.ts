import { MemoryArtifactStore } from '../../engine/testing/MemoryArtifactStore';
import { openExampleSet } from '../../examples/openExampleSet';
import type { ExampleRow } from '../../examples/types';
import { writeExampleSet } from '../../examples/writeExampleSet';
import { judgeStage } from '../judgeStage';
import type { ExampleSource, Gate, JudgedGate, Measured } from '../types';

export const DATA = { dataset: 'test', datasetDigest: 'sha256:1' };

export interface Given {
  examples?: ExampleSource[];
  /** Of version 3, which gates compare with. */
  baseline?: ExampleSource[];
  baselineValues?: Measured[];
  evaluations?: Measured[];
  /** Whether both versions were evaluated from the same inputs. */
  isSameInput?: boolean;
  directions?: Record<string, 'higher' | 'lower'>;
}

/** Example sets in a store of their own, and gates that are judged on them. */
export function createJudging() {
  const store = new MemoryArtifactStore();
  return { setOf, judge };

  /** Of so many examples, all of the same data. */
  async function setOf(
    count: number,
    row: (i: number) => Partial<ExampleRow>,
    source: Partial<ExampleSource> = DATA,
  ): Promise<ExampleSource> {
    const rows = Array.from({ length: count }, (_, i) => ({
      id: `e${i + 10_000}`,
      scores: {},
      slices: {},
      ...row(i),
    }));
    return { ...source, ...(await writeExampleSet(rows, store)) };
  }

  async function judge(gate: Gate, given: Given): Promise<JudgedGate[]> {
    const { baseline, baselineValues: values = [], directions } = given;
    const version = { name: 'champion', version: 3, runId: 'run-3' };
    return await judgeStage(
      {
        gates: [gate],
        plan: [
          {
            ...(!baseline &&
              gate.baseline !== undefined &&
              firstOf(gate.baseline)),
            ...(baseline && {
              baseline: { ...version, values, examples: baseline },
            }),
          },
        ],
        evaluations: given.evaluations ?? [],
        metricsPath: 'metrics.json',
        examples: given.examples ?? [],
        ...(given.isSameInput && { sameInputs: [version.runId] }),
        directions: directions ?? { accuracy: 'higher', score: 'higher' },
      },
      digest => openExampleSet(store, digest),
    );
  }
}

/** What is planned where there never was anything to compare with. */
function firstOf(name: string) {
  return {
    baseline: { name, isFirst: true as const, values: [], examples: [] },
  };
}

/** Verdicts by slice, with the codes of their reasons. */
export function verdictsOf(gates: JudgedGate[]) {
  return gates.map(({ slice, verdict, reason }) => [
    slice,
    verdict,
    reason.code,
  ]);
}
