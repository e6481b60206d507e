import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import {
  findRunContent,
  type RunContent,
} from '../database/operations/runs/findRunContent';

const MAX_RUNS = 200;

/**
 * Remembers what the latest runs read from their sources: every step of a run needs it, and once it is committed it
 * never changes.
 */
export class RunContents {
  private readonly known = new LRUCache<string, RunContent>({ max: MAX_RUNS });

  async load(
    db: Knex | Knex.Transaction,
    runId: string,
  ): Promise<RunContent | undefined> {
    const content =
      this.known.get(runId) ?? (await findRunContent(db, { runId }));
    // What a transaction reads may still be rolled back; whoever works on the run reads it again.
    if (content && !db.isTransaction) {
      this.known.set(runId, content);
    }
    return content;
  }
}
