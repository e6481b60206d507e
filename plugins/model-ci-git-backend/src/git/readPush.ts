import type { Readable } from 'node:stream';
import { PUSH_OPTIONS, type PushHead, readPushHead } from './pushCommands';

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
  const walked = { position: 0, isBehindCommands: false };
  for (;;) {
    const chunk = await nextChunk(body);
    const kept = chunk?.copy(head, length) ?? 0;
    length += kept;
    const seen = head.subarray(0, length);
    walk(seen, walked);
    const isFull = chunk !== undefined && kept < chunk.length;
    const isDone = isFull || isDecided(seen, walked.position);
    if (chunk && isDone) {
      body.unshift(Buffer.concat([seen, chunk.subarray(kept)]));
    }
    if (!chunk || isDone) {
      const result = readPushHead(seen, limits);
      return result.type === 'incomplete' ? CUT_OFF : result;
    }
  }
}

interface Walked {
  position: number;
  isBehindCommands: boolean;
}

/** Goes to the first packet that is not complete, or that ends the commands and the options that may follow them. */
function walk(head: Buffer, walked: Walked): void {
  for (;;) {
    const length = packetLength(head, walked.position);
    const isEndOfCommands =
      length === 0 && !walked.isBehindCommands && announcesOptions(head);
    if (isEndOfCommands) {
      walked.isBehindCommands = true;
      walked.position += 4;
    } else if (length >= 5 && walked.position + length <= head.length) {
      walked.position += length;
    } else {
      return;
    }
  }
}

/** Whether the first command names the capability. */
function announcesOptions(head: Buffer): boolean {
  const [, capabilities = ''] = head
    .subarray(4, packetLength(head, 0) || 4)
    .toString('latin1')
    .split('\0', 2);
  return capabilities.trim().split(' ').includes(PUSH_OPTIONS);
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
