import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { InputError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  isFinal,
  type LogTime,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { findAttempt } from '../database/operations/attempts/findAttempt';
import { findAttemptById } from '../database/operations/attempts/findAttemptById';
import { listLogTimes } from '../database/operations/logs/listLogTimes';
import { readLogChunks } from '../database/operations/logs/readLogChunks';
import type { AttemptRow } from '../database/tables/runs';
import { streamChunks } from './compactLog';
import { LogFeeds, type FollowedSlice } from './LogFeeds';
import type { LogSignal } from './LogSignal';
import { withReason } from '../withReason';

/** Bytes of one answer. */
const MAX_SLICE_BYTES = 1024 * 1024;

export interface LogSlice extends FollowedSlice {
  /** Bytes of log stored so far. */
  size: number;
  /** Whether nothing will be added any more. */
  ended: boolean;
}

export interface LogOf {
  runId: string;
  stage: string;
  /** Number of the attempt; the last one if absent. */
  attempt?: number;
}

interface FoundLog {
  /** Absent while no attempt was made. */
  attempt?: AttemptRow;
  size: number;
  ended: boolean;
}

function describe(attempt: AttemptRow): FoundLog & { attempt: AttemptRow } {
  return {
    attempt,
    size: Number(attempt.log_size),
    ended: isFinal(attempt.status),
  };
}

const timesSchema = z.array(z.tuple([z.number(), z.string()]));

function storedTimes(attempt: AttemptRow | undefined): LogTime[] {
  return timesSchema.parse(JSON.parse(attempt?.log_times ?? '[]'));
}

/** Reads logs by byte range, wherever their bytes are kept by now. */
export class LogReader {
  private readonly feeds: LogFeeds;

  constructor(
    private readonly options: {
      db: Knex;
      store: ArtifactStore;
      signal: LogSignal;
      lookIntervalMs?: number;
    },
  ) {
    this.feeds = new LogFeeds({
      ...options,
      read: (attemptId, offset) => this.readOn(attemptId, offset),
    });
    options.signal.subscribe(attemptId => this.feeds.notify(attemptId));
  }

  /** When its bytes came, as far as that is known. */
  async readTimes(of: LogOf): Promise<LogTime[]> {
    const { attempt } = await this.find(of);
    if (!attempt) {
      return [];
    }
    if (attempt.log_digest === null) {
      const times = await listLogTimes(this.options.db, {
        attemptId: attempt.id,
      });
      // Where there are no chunks, they may just have moved.
      return times.length > 0
        ? times
        : storedTimes((await this.find(of)).attempt);
    }
    return storedTimes(attempt);
  }

  /** A part of a log. A negative offset counts from the end. */
  async read(
    of: LogOf,
    range: { offset?: number; limit?: number },
  ): Promise<LogSlice> {
    const { offset = 0, limit = MAX_SLICE_BYTES } = range;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(limit)) {
      throw new InputError("'offset' and 'limit' must be whole numbers");
    }
    if (limit < 0) {
      throw new InputError("'limit' must not be negative");
    }
    return await this.readFound(() => this.find(of), { offset, limit });
  }

  private async readFound(
    find: () => Promise<FoundLog>,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<LogSlice> {
    // Between the two looks the log may have moved from its chunks into an artifact.
    for (let look = 1; ; look++) {
      const found = await find();
      const { size, ended } = found;
      const start = offset < 0 ? Math.max(0, size + offset) : offset;
      const end = Math.min(size, start + Math.min(limit, MAX_SLICE_BYTES));
      const data =
        start < end ? await this.slice(found, start, end) : Buffer.alloc(0);
      if (data || look === 2) {
        const bytes = data ?? Buffer.alloc(0);
        const first = Math.min(start, size);
        const nextOffset = first + bytes.length;
        return { data: bytes, offset: first, nextOffset, size, ended };
      }
    }
  }

  /** A whole log as it is now. */
  async open(of: LogOf): Promise<Readable> {
    const { attempt, size } = await this.find(of);
    if (!attempt || size === 0) {
      return Readable.from([]);
    }
    if (attempt.log_digest !== null) {
      return await this.options.store.open(attempt.log_digest);
    }
    return Readable.from(this.streamAcrossCompaction(of, attempt.id, size), {
      objectMode: false,
    });
  }

  /**
   * A log from an offset on, as it is written; ends when the attempt has ended and everything was read, or
   * when the signal aborts. Stays with its attempt, should the stage be tried again.
   */
  async *follow(
    of: LogOf,
    options: { offset?: number; signal: AbortSignal },
  ): AsyncGenerator<FollowedSlice> {
    const { offset = 0, signal } = options;
    const { attempt, size } = await this.find(of);
    if (!attempt) {
      throw withReason(
        NotFoundError,
        reason('error.noLog', { run: of.runId, stage: of.stage }),
      );
    }
    yield* this.feeds.follow(attempt.id, {
      offset: offset < 0 ? Math.max(0, size + offset) : offset,
      signal,
    });
  }

  /** How many logs somebody follows. */
  get followedLogs(): number {
    return this.feeds.size;
  }

  /** What an attempt has from an offset on. */
  private async readOn(
    attemptId: string,
    offset: number,
  ): Promise<FollowedSlice> {
    return await this.readFound(
      async () => {
        const attempt = await findAttemptById(this.options.db, attemptId);
        return attempt ? describe(attempt) : { size: 0, ended: true };
      },
      { offset, limit: MAX_SLICE_BYTES },
    );
  }

  private async find(of: LogOf): Promise<FoundLog> {
    const { attempt, stage } = await findAttempt(this.options.db, {
      runId: of.runId,
      stage: of.stage,
      ...(of.attempt !== undefined && { number: of.attempt }),
    });
    return attempt
      ? describe(attempt)
      : { size: 0, ended: isFinal(stage.status) };
  }

  /** The bytes from `start` to `end`, or undefined if the chunks are not there any more. */
  private async slice(
    found: FoundLog,
    start: number,
    end: number,
  ): Promise<Buffer | undefined> {
    const { db, store } = this.options;
    const { attempt } = found;
    if (!attempt) {
      return undefined;
    }
    if (attempt.log_digest !== null) {
      return await buffer(
        await store.open(attempt.log_digest, { start, end: end - 1 }),
      );
    }
    const chunks = await readLogChunks(db, {
      attemptId: attempt.id,
      start,
      end,
      limit: MAX_SLICE_BYTES,
    });
    if (chunks.length === 0) {
      return undefined;
    }
    const skipped = start - chunks[0].start;
    return Buffer.concat(chunks.map(chunk => chunk.data)).subarray(
      skipped,
      skipped + end - start,
    );
  }

  private async *streamAcrossCompaction(
    of: LogOf,
    attemptId: string,
    size: number,
  ): AsyncGenerator<Buffer> {
    let position = 0;
    for await (const data of streamChunks(this.options.db, {
      id: attemptId,
      logSize: size,
    })) {
      yield data;
      position += data.length;
    }
    if (position < size) {
      const { attempt } = await this.find(of);
      if (attempt?.id === attemptId && attempt.log_digest !== null) {
        yield* await this.options.store.open(attempt.log_digest, {
          start: position,
          end: size - 1,
        });
      }
    }
  }
}
