import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import {
  findRunContent,
  type RunContent,
} from '../database/operations/runs/findRunContent';

const MAX_RUNS = 200;

/**
 * Remembers what the latest runs read from their sources: every step of a run needs it, and once it is committed it
 * never changes. The attempts that begin together read it once.
 */
export class RunContents {
  private readonly known = new LRUCache<string, RunContent>({ max: MAX_RUNS });
  private readonly reading = new Map<string, Promise<RunContent | undefined>>();

  async load(
    db: Knex | Knex.Transaction,
    runId: string,
  ): Promise<RunContent | undefined> {
    const known = this.known.get(runId);
    if (known || !db.isTransaction) {
      return known ?? (await this.readOnce(db, runId));
    }
    // What a transaction reads may still be rolled back, and it must not wait for who may wait for its connection.
    return await findRunContent(db, { runId });
  }

  private async readOnce(
    db: Knex,
    runId: string,
  ): Promise<RunContent | undefined> {
    const reading = this.reading.get(runId) ?? this.read(db, runId);
    this.reading.set(runId, reading);
    return await reading;
  }

  private async read(db: Knex, runId: string): Promise<RunContent | undefined> {
    try {
      const content = await findRunContent(db, { runId });
      if (content) {
        this.known.set(runId, content);
      }
      return content;
    } finally {
      this.reading.delete(runId);
    }
  }
}
