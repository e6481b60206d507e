import type { Readable } from 'node:stream';
import { type PushHead, readPushHead } from './pushCommands';

/** A thousand commands with the longest names that are taken need less than half of it. */
const MAX_HEAD = 1024 * 1024;

const CUT_OFF: Exclude<PushHead, { type: 'incomplete' }> = {
  type: 'invalid',
  reason: 'the list of branches and tags is cut off or too long',
};

/**
 * Reads what a push begins with, and puts it back: afterwards the body is as whole as before. What comes in pieces is
 * walked once, however small the pieces are.
 */
export async function readPush(
  body: Readable,
  limits: { maxRefs: number },
): Promise<Exclude<PushHead, { type: 'incomplete' }>> {
  const head = Buffer.allocUnsafe(MAX_HEAD);
  let length = 0;
  let walked = 0;
  for (;;) {
    const chunk = await nextChunk(body);
    const kept = chunk?.copy(head, length) ?? 0;
    length += kept;
    const seen = head.subarray(0, length);
    walked = walk(seen, walked);
    const isFull = chunk !== undefined && kept < chunk.length;
    if (chunk && (isFull || isDecided(seen, walked))) {
      body.unshift(Buffer.concat([seen, chunk.subarray(kept)]));
    }
    if (!chunk || isFull || isDecided(seen, walked)) {
      const result = readPushHead(seen, limits);
      return result.type === 'incomplete' ? CUT_OFF : result;
    }
  }
}

/** Start of the first packet that is not complete, or that ends the commands. */
function walk(head: Buffer, from: number): number {
  let position = from;
  for (;;) {
    const length = packetLength(head, position);
    if (!(length >= 5) || position + length > head.length) {
      return position;
    }
    position += length;
  }
}

/** Whether the commands end here, or are none. */
function isDecided(head: Buffer, position: number): boolean {
  return head.length >= position + 4 && !(packetLength(head, position) >= 5);
}

function packetLength(head: Buffer, position: number): number {
  const text = head.subarray(position, position + 4).toString('latin1');
  return /^[0-9a-f]{4}$/i.test(text) ? parseInt(text, 16) : NaN;
}

/** What comes next of a stream that nobody else reads; undefined at its end. */
async function nextChunk(body: Readable): Promise<Buffer | undefined> {
  for (;;) {
    const chunk: Buffer | null = body.read();
    if (chunk) {
      return chunk;
    }
    if (body.errored) {
      throw body.errored;
    }
    if (body.readableEnded || body.destroyed) {
      return undefined;
    }
    await new Promise<void>(resolve => {
      const done = () => {
        ['readable', 'end', 'error', 'close'].forEach(event =>
          body.off(event, done),
        );
        resolve();
      };
      ['readable', 'end', 'error', 'close'].forEach(event =>
        body.on(event, done),
      );
    });
  }
}
