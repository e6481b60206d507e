import { Readable } from 'node:stream';
import {
  isMainThread,
  parentPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { ComparisonCache } from '../ComparisonCache';
import {
  ROLE,
  type FromThread,
  type Question,
  type Result,
  type ToThread,
} from './protocol';

/** This file, which is also where the thread begins. */
export const THREAD_FILE = __filename;

/** Answers pages until its process ends it; reads the artifact store of the process piece by piece over messages. */
function serve(port: MessagePort): void {
  const reads = new Map<number, (answer: ToThread) => void>();
  let last = 0;
  const send = (message: FromThread) => port.postMessage(message);
  const read = async (digest: string, start: number, end: number) => {
    last += 1;
    const id = last;
    const answered = new Promise<ToThread>(resolve => {
      reads.set(id, resolve);
    });
    send({ type: 'read', id, digest, start, end });
    const found = await answered;
    if (found.type !== 'bytes') {
      throw new Error(
        found.type === 'unread' ? found.message : 'Nothing was read',
      );
    }
    return Readable.from([Buffer.from(found.bytes)]);
  };
  const cache = new ComparisonCache({
    open: (digest, range) =>
      read(digest, range?.start ?? 0, range?.end ?? Number.MAX_SAFE_INTEGER),
  });
  port.on('message', async (message: ToThread) => {
    if (message.type !== 'ask') {
      reads.get(message.id)?.(message);
      reads.delete(message.id);
      return;
    }
    const { id, question } = message;
    try {
      send({ type: 'answer', id, result: await answer(cache, question) });
    } catch (error) {
      send({ type: 'failed', id, message: String(error) });
    }
  });
}

async function answer(
  cache: ComparisonCache,
  question: Question,
): Promise<Result> {
  return question.type === 'page'
    ? { type: 'page', page: await cache.page(question.request) }
    : {
        type: 'difference',
        difference: await cache.difference(question.request),
      };
}

function isOurs(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'role' in data &&
    data.role === ROLE
  );
}

if (!isMainThread && parentPort && isOurs(workerData)) {
  serve(parentPort);
}
