import type {
  GitCommit,
  GitMergeability,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  checkMerge,
  countChanges,
  findMergeBase,
  type Sides,
} from '../git/compareBranches';
import { listCommits } from '../git/history';

/** What git says of two commits. */
export interface Comparison {
  /** Newest first, one more than are shown. */
  commits: GitCommit[];
  changes?: { files: number; insertions: number; deletions: number };
  mergeability: GitMergeability;
}

/** Commits of a request that are shown. */
export const SHOWN_COMMITS = 100;
/** Each is some kilobytes. */
const MAX_KEPT = 200;

/**
 * Compares commits, and keeps what came of it: the same two always compare alike, and each open page of a pull request asks
 * every few seconds.
 */
export class Comparisons {
  readonly #kept = new Map<string, Promise<Comparison>>();

  async compare(folder: string, sides: Sides): Promise<Comparison> {
    const key = `${folder} ${sides.head} ${sides.target}`;
    const comparing = this.#kept.get(key) ?? compare(folder, sides);
    // Behind all others: the first one makes room.
    this.#kept.delete(key);
    this.#kept.set(key, comparing);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) {
      this.#kept.delete(oldest.value);
    }
    try {
      const comparison = await comparing;
      if (comparison.mergeability.type === 'unknown' || !comparison.changes) {
        // Git may have more time later.
        this.#forget(key, comparing);
      }
      return comparison;
    } catch (error) {
      this.#forget(key, comparing);
      throw error;
    }
  }

  #forget(key: string, comparing: Promise<Comparison>): void {
    if (this.#kept.get(key) === comparing) {
      this.#kept.delete(key);
    }
  }
}

async function compare(folder: string, sides: Sides): Promise<Comparison> {
  const { head, target } = sides;
  const base = await findMergeBase(folder, sides);
  return {
    commits: await listCommits(folder, `${target}..${head}`, {
      ...{ skip: 0, limit: SHOWN_COMMITS + 1 },
    }),
    changes:
      base === undefined
        ? undefined
        : await countChanges(folder, { base, head }).catch(() => undefined),
    mergeability: await checkMerge(folder, sides),
  };
}
