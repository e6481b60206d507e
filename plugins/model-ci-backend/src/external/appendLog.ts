import { ConflictError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { appendLogs } from '../database/operations/logs/appendLogs';
import type { AttemptRow } from '../database/tables/runs';
import { MAX_ROW_BYTES } from '../logs/LogWriter';
import { withReason } from '../withReason';
import { LargeUploadError } from '../LargeUploadError';
import type { ExternalContext } from './types';
import { nowOf } from './types';

/**
 * Appends to the log of an attempt what of a piece it does not have yet, and answers how long it is then: so a piece that is
 * sent again is harmless. One that leaves a gap is refused.
 */
export async function appendLog(
  ctx: ExternalContext,
  attempt: AttemptRow,
  piece: { offset: number; data: Buffer },
): Promise<{ size: number }> {
  const { offset, data } = piece;
  const size = Number(attempt.log_size);
  if (offset > size) {
    throw withReason(ConflictError, reason('error.logGap', { size, offset }));
  }
  const rest = data.subarray(size - offset);
  const end = size + rest.length;
  const max = ctx.limits.maxLogBytes;
  if (end > max) {
    throw new LargeUploadError(reason('error.logFull', { max }));
  }
  for (let at = 0; at < rest.length; at += MAX_ROW_BYTES) {
    await appendRow(ctx, attempt, {
      start: size + at,
      data: rest.subarray(at, at + MAX_ROW_BYTES),
    });
  }
  if (rest.length > 0) {
    ctx.engine.logSignal.notify(attempt.id);
  }
  return { size: end };
}

async function appendRow(
  ctx: ExternalContext,
  { id: attemptId, ticket }: AttemptRow,
  { start, data }: { start: number; data: Buffer },
): Promise<void> {
  const held = await appendLogs(ctx.db, {
    pieces: [
      {
        ...{ attemptId, ticket: ticket ?? '', start, data },
        source: start + data.length,
      },
    ],
    at: nowOf(ctx),
  });
  if (held.size === 0) {
    throw new ConflictError(
      'The log was written to by another request meanwhile: send it again',
    );
  }
}
