import type { RefStep } from '../git/history';
import type { BranchMove } from '../database/operations/pushes/events';
import type { BranchMoves } from '../database/operations/pushes/recordMoves';

export interface FindMovesInput {
  announced: Map<string, string>;
  heads: Map<string, string>;
  /** Recorded steps of the branches that moved. */
  steps: Map<string, RefStep[]>;
  /** Who did it, where the repository has no record of that: of a deleted branch nothing is left. */
  fallbackUser: string;
}

/** Branches that do not stand where they were announced. */
export function findMovedBranches(
  announced: Map<string, string>,
  heads: Map<string, string>,
): string[] {
  return [...new Set([...announced.keys(), ...heads.keys()])]
    .filter(branch => announced.get(branch) !== heads.get(branch))
    .sort();
}

/**
 * Says which events are owed. Each recorded step since the last announcement is one of its own, so that two
 * pushes in quick succession start two runs; where the record has a gap, one event spans it.
 */
export function findMoves(input: FindMovesInput): BranchMoves[] {
  const { announced, heads, steps, fallbackUser } = input;
  return findMovedBranches(announced, heads).map(branch => {
    const from = announced.get(branch);
    const to = heads.get(branch);
    const recorded = steps.get(branch) ?? [];
    const path = to === undefined ? [] : pathBetween(recorded, from, to);
    const moves: BranchMove[] = path.length
      ? path.map(step => ({
          branch,
          before: step.before,
          after: step.after,
          pushedBy: readUser(step) ?? fallbackUser,
        }))
      : [
          {
            branch,
            before: from,
            after: to,
            pushedBy: (to && readUser(recorded.at(-1))) || fallbackUser,
          },
        ];
    return { branch, announced: from, head: to, moves };
  });
}

/** Who made a step; nobody known where somebody worked in the folder itself, under whatever name git had. */
export function readUser(step: RefStep | undefined): string | undefined {
  return step && /^[^\s:/]+:[^\s:/]+\/[^\s:/]+$/.test(step.by)
    ? step.by
    : undefined;
}

/** The unbroken steps that lead from one commit to another at the record's end; none if there is no such path. */
function pathBetween(
  recorded: RefStep[],
  from: string | undefined,
  to: string,
): RefStep[] {
  // A step recorded after the heads were read belongs to the next look.
  const end = recorded.findLastIndex(step => step.after === to);
  const path: RefStep[] = [];
  for (let index = end; index >= 0; index--) {
    const step = recorded[index];
    if (path.length > 0 && step.after !== path[0].before) {
      return [];
    }
    path.unshift(step);
    if (step.before === from) {
      return path;
    }
  }
  return [];
}
