import { setImmediate as nextTurn } from 'node:timers/promises';

/** Takes works one after the other, in the order in which they came. */
export class Lane {
  private last: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return await result;
  }
}

export interface GroupCommitOptions<Item, Result> {
  /** Groups that share a lane are committed one after the other. */
  lane: Lane;
  /** Writes several items in one transaction, and answers each of them, in their order. */
  commit(items: Item[]): Promise<Result[]>;
  /** A group holds at most one item of each key. */
  keyOf(item: Item): string;
  /** How much an item adds to its group; 1 by default. */
  weigh?(item: Item): number;
  /** Weight at which a group takes no further item. */
  full: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Gathers what comes while the lane is taken, and commits it as one transaction. Where that fails,
 * each item is tried by itself, so that one that cannot be stored keeps none of the others from it.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private scheduled = false;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {}

  async add(item: Item): Promise<Result> {
    return await new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) {
      return;
    }
    this.scheduled = true;
    void this.options.lane.run(async () => {
      // What the present turn of the event loop still brings goes along.
      await nextTurn();
      this.scheduled = false;
      const group = this.take();
      if (this.waiting.length > 0) {
        this.schedule();
      }
      await this.commit(group);
    });
  }

  private take(): Waiting<Item, Result>[] {
    const { keyOf, weigh = () => 1, full } = this.options;
    const keys = new Set<string>();
    const group: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    let weight = 0;
    for (const waiting of this.waiting) {
      const key = keyOf(waiting.item);
      if (weight < full && !keys.has(key)) {
        group.push(waiting);
        weight += weigh(waiting.item);
      } else {
        later.push(waiting);
      }
      keys.add(key);
    }
    this.waiting = later;
    return group;
  }

  private async commit(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index]));
    } catch (error) {
      if (group.length === 1) {
        group[0].reject(error);
        return;
      }
      await Promise.all(group.map(waiting => this.commit([waiting])));
    }
  }
}
