import { findExamples, type OpenSet } from './findExamples';
import type { PreparedItem } from './items';
import { slicesOf } from './slices';
import type { Gate, Measured, StageEvidence } from './types';

/** What there is to judge: a gate over slices is one on each of them. One that finds no slice stays without. */
export async function expandGates(
  { gates, examples, evaluations }: StageEvidence,
  open: OpenSet,
): Promise<PreparedItem[]> {
  const items: PreparedItem[] = [];
  for (const [position, gate] of gates.entries()) {
    const candidate = await findExamples(gate, examples, open);
    const item = { gate, position, candidate };
    if (gate.slices === undefined) {
      items.push(item);
      continue;
    }
    const rows =
      candidate.type === 'found'
        ? await slicesOf(candidate.examples.set, gate.slices)
        : new Map<string, Int32Array>();
    const names =
      rows.size > 0
        ? [...rows.keys()]
        : reportedSlices(gate, gate.slices, evaluations);
    items.push(
      ...names.map(slice => ({ ...item, slice, rows: rows.get(slice) })),
      ...(names.length === 0 ? [item] : []),
    );
  }
  return items;
}

/** The values of a slice that were reported for a metric. */
function reportedSlices(
  gate: Gate,
  slices: string,
  evaluations: Measured[],
): string[] {
  const found = evaluations
    .filter(
      ({ metric, dataset }) =>
        metric === gate.metric &&
        (gate.dataset === undefined || dataset === gate.dataset),
    )
    .flatMap(({ slice }) => (slice?.startsWith(`${slices}=`) ? slice : []));
  return [...new Set(found)].sort();
}
