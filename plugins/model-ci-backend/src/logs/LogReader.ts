import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { isFinal } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import {
  findAttempt,
  type StageAttempt,
} from '../database/operations/attempts/findAttempt';
import { readLogChunks } from '../database/operations/logs/readLogChunks';
import { streamChunks } from './compactLog';
import type { LogSignal } from './LogSignal';

/** Bytes of one answer. */
const MAX_SLICE_BYTES = 1024 * 1024;
/** How often a follower looks for what another replica has stored. */
const FOLLOW_INTERVAL_MS = 75;

export interface LogSlice {
  data: Buffer;
  /** Byte offset of `data`. */
  offset: number;
  /** Where to go on reading. */
  nextOffset: number;
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

/** Reads logs by byte range, wherever their bytes are kept by now. */
export class LogReader {
  constructor(
    private readonly options: {
      db: Knex;
      store: ArtifactStore;
      signal: LogSignal;
    },
  ) {}

  /** A part of a log. A negative offset counts from the end. */
  async read(
    of: LogOf,
    range: { offset?: number; limit?: number },
  ): Promise<LogSlice & { attempt?: number; attemptId?: string }> {
    const { offset = 0, limit = MAX_SLICE_BYTES } = range;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(limit)) {
      throw new InputError("'offset' and 'limit' must be whole numbers");
    }
    if (limit < 0) {
      throw new InputError("'limit' must not be negative");
    }
    // Between the two looks the log may have moved from its chunks into an artifact.
    for (let look = 1; ; look++) {
      const found = await this.find(of);
      const { size } = found;
      const start = offset < 0 ? Math.max(0, size + offset) : offset;
      const end = Math.min(size, start + Math.min(limit, MAX_SLICE_BYTES));
      const data =
        start < end ? await this.slice(found, start, end) : Buffer.alloc(0);
      if (data || look === 2) {
        const bytes = data ?? Buffer.alloc(0);
        return {
          data: bytes,
          offset: Math.min(start, size),
          nextOffset: Math.min(start, size) + bytes.length,
          size,
          ended: found.ended,
          ...(found.attempt && {
            attempt: found.attempt.number,
            attemptId: found.attempt.id,
          }),
        };
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
   * when the signal aborts. A stage that has not started yet is waited for.
   */
  async *follow(
    of: LogOf,
    options: { offset?: number; signal: AbortSignal },
  ): AsyncGenerator<{ offset: number; data: Buffer }> {
    const { signal } = options;
    let offset = options.offset;
    let followed = of;
    while (!signal.aborted) {
      const slice = await this.read(followed, { offset });
      // Stays with the attempt that it began with, should the stage be tried again.
      followed = { ...of, attempt: slice.attempt };
      if (slice.attempt !== undefined) {
        offset = slice.nextOffset;
      }
      if (slice.data.length > 0) {
        yield { offset: slice.offset, data: slice.data };
      } else if (slice.ended) {
        return;
      } else {
        await this.options.signal.wait(
          slice.attemptId ?? '',
          FOLLOW_INTERVAL_MS,
          signal,
        );
      }
    }
  }

  private async find(
    of: LogOf,
  ): Promise<StageAttempt & { size: number; ended: boolean }> {
    const found = await findAttempt(this.options.db, {
      runId: of.runId,
      stage: of.stage,
      ...(of.attempt !== undefined && { number: of.attempt }),
    });
    const { attempt, stage } = found;
    return {
      ...found,
      size: attempt ? Number(attempt.log_size) : 0,
      ended: isFinal(attempt ? attempt.status : stage.status),
    };
  }

  /** The bytes from `start` to `end`, or undefined if the chunks are not there any more. */
  private async slice(
    found: StageAttempt,
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
