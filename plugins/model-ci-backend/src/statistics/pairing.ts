/** The examples of one evaluation, with what says that they are the same data and the same task. */
export interface ExampleList {
  ids: readonly string[];
  groups?: readonly string[];
  /** Digest of the data set. */
  dataDigest?: string;
  /** Of an evaluation harness: prompt, scoring and version of the task. */
  taskHash?: string;
}

export type Mismatch =
  | { reason: 'duplicate-ids'; side: Side; ids: string[]; count: number }
  /** Ids of the baseline that the candidate lacks. */
  | { reason: 'missing-ids'; ids: string[]; count: number }
  /** Ids of the candidate that the baseline lacks. */
  | { reason: 'extra-ids'; ids: string[]; count: number }
  /** The same examples in other groups, with other targets, or in other slices. */
  | {
      reason: 'other-groups' | 'other-targets' | 'other-slices';
      ids: string[];
      count: number;
    }
  | {
      reason: 'other-data' | 'other-task';
      baseline: string | undefined;
      candidate: string | undefined;
    };

type Side = 'baseline' | 'candidate';

/** Where the examples of a pair stand in the two lists, ordered by id, so that no order of a file leaves a trace. */
export interface Pairs {
  baseline: Int32Array;
  candidate: Int32Array;
}

export type Pairing =
  | { kind: 'paired'; pairs: Pairs }
  | { kind: 'refused'; mismatches: Mismatch[] };

/** Not configurable: enough to recognize what went wrong, few enough for a page. */
const SHOWN_IDS = 20;

/** Pairs the examples of two evaluations by id, and refuses those that are not exactly the same. */
export function pairExamples(
  baseline: ExampleList,
  candidate: ExampleList,
): Pairing {
  const mismatches = [
    ...otherOrigin(baseline, candidate),
    ...duplicates('baseline', baseline.ids),
    ...duplicates('candidate', candidate.ids),
  ];
  const found = matchIds(baseline.ids, candidate.ids);
  mismatches.push(
    ...listIds('missing-ids', found.missing),
    ...listIds('extra-ids', found.extra),
    ...listIds('other-groups', movedIds(found.pairs, baseline, candidate)),
  );
  return mismatches.length > 0
    ? { kind: 'refused', mismatches }
    : { kind: 'paired', pairs: found.pairs };
}

/**
 * Pairs what two evaluations have in common: for a person who asks to see it although the data is not the same. Never for
 * a gate: which examples are left is part of the result.
 */
export function pairCommonExamples(
  baseline: ExampleList,
  candidate: ExampleList,
): Pairing & { kind: 'paired' | 'refused' } {
  const mismatches = [
    ...duplicates('baseline', baseline.ids),
    ...duplicates('candidate', candidate.ids),
  ];
  return mismatches.length > 0
    ? { kind: 'refused', mismatches }
    : { kind: 'paired', pairs: matchIds(baseline.ids, candidate.ids).pairs };
}

/** An absent digest equals only an absent one: a comparison must not pass because one side does not say what it used. */
function otherOrigin(a: ExampleList, b: ExampleList): Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (a.dataDigest !== b.dataDigest) {
    mismatches.push({
      reason: 'other-data',
      baseline: a.dataDigest,
      candidate: b.dataDigest,
    });
  }
  if (a.taskHash !== b.taskHash) {
    mismatches.push({
      reason: 'other-task',
      baseline: a.taskHash,
      candidate: b.taskHash,
    });
  }
  return mismatches;
}

function duplicates(side: Side, ids: readonly string[]): Mismatch[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const id of ids) {
    (seen.has(id) ? repeated : seen).add(id);
  }
  return listIds('duplicate-ids', [...repeated]).map(mismatch => ({
    ...mismatch,
    reason: 'duplicate-ids',
    side,
  }));
}

/** A mismatch at some examples, of which a few are named; none if there are none. */
export function listIds<TReason extends string>(
  reason: TReason,
  ids: string[],
): Array<{ reason: TReason; ids: string[]; count: number }> {
  return ids.length === 0
    ? []
    : [{ reason, ids: ids.sort().slice(0, SHOWN_IDS), count: ids.length }];
}

function matchIds(baseline: readonly string[], candidate: readonly string[]) {
  const positions = new Map(candidate.map((id, i) => [id, i]));
  const order = Array.from(baseline, (_, i) => i).sort((a, b) =>
    compare(baseline[a], baseline[b]),
  );
  const shared = order.filter(i => positions.has(baseline[i]));
  const known = new Set(baseline);
  return {
    pairs: {
      baseline: Int32Array.from(shared),
      candidate: Int32Array.from(shared, i => positions.get(baseline[i]) ?? -1),
    },
    missing: baseline.filter(id => !positions.has(id)),
    extra: candidate.filter(id => !known.has(id)),
  };
}

/** By code units, which no locale changes. */
function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** Examples whose group is not the same on both sides; a side without groups says nothing about them. */
function movedIds(
  pairs: Pairs,
  { ids, groups }: ExampleList,
  { groups: others }: ExampleList,
): string[] {
  if (!groups || !others) {
    return [];
  }
  const moved = pairs.baseline.filter(
    (at, k) => groups[at] !== others[pairs.candidate[k]],
  );
  return Array.from(moved, at => ids[at]);
}
