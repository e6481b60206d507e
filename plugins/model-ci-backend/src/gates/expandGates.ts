import { findExamples, type FoundExamples, type OpenSet } from './findExamples';
import type { PreparedItem } from './items';
import { MAX_SLICES, rowsOfSlices } from './slices';
import type { Gate, Measured, PlannedBaseline, StageEvidence } from './types';

/** What there is to judge: a gate over slices is one on each of them. One that finds no slice stays without. */
export async function expandGates(
  evidence: StageEvidence,
  open: OpenSet,
): Promise<PreparedItem[]> {
  const items: PreparedItem[] = [];
  for (const [position, gate] of evidence.gates.entries()) {
    const candidate = await findExamples(gate, evidence.examples, open);
    const item = { gate, position, candidate };
    items.push(
      ...(gate.slices === undefined
        ? [item]
        : await expandSlices(item, gate.slices, evidence, open)),
    );
  }
  return items;
}

/** All values that the candidate's examples, its baseline's, or a report name, so that none gets lost on the way. */
async function expandSlices(
  item: PreparedItem,
  name: string,
  { evaluations, plan }: StageEvidence,
  open: OpenSet,
): Promise<PreparedItem[]> {
  const { gate, candidate, position } = item;
  const own = await labelsOf(candidate, name);
  const rows = own ? rowsOfSlices(name, own) : new Map<string, Int32Array>();
  const baseline = plan[position]?.baseline;
  const slices = new Set([
    ...rows.keys(),
    ...reportedSlices(gate, name, evaluations),
    ...(baseline ? await slicesBefore(gate, name, baseline, open) : []),
  ]);
  if (slices.size === 0) {
    return [item];
  }
  return slices.size > MAX_SLICES
    ? [{ ...item, tooManySlices: slices.size }]
    : [...slices]
        .sort()
        .map(slice => ({ ...item, slice, rows: rows.get(slice) }));
}

async function slicesBefore(
  gate: Gate,
  name: string,
  { examples, values }: PlannedBaseline,
  open: OpenSet,
): Promise<string[]> {
  const labels = await labelsOf(await findExamples(gate, examples, open), name);
  const labelled = labels?.names.map(value => `${name}=${value}`) ?? [];
  return [...labelled, ...reportedSlices(gate, name, values)];
}

async function labelsOf(found: FoundExamples, name: string) {
  return found.type === 'found'
    ? await found.examples.set.slice(name)
    : undefined;
}

/** The values of a slice that were reported for a metric. */
function reportedSlices(
  gate: Gate,
  slices: string,
  evaluations: Measured[],
): string[] {
  return evaluations
    .filter(
      ({ metric, dataset }) =>
        metric === gate.metric &&
        (gate.dataset === undefined || dataset === gate.dataset),
    )
    .flatMap(({ slice }) => (slice?.startsWith(`${slices}=`) ? slice : []));
}
