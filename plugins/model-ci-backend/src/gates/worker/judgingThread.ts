import { Readable } from 'node:stream';
import {
  isMainThread,
  parentPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { openExampleSet } from '../../examples/openExampleSet';
import { judgeStage } from '../judgeStage';
import { ROLE, type FromThread, type Task, type ToThread } from './protocol';

/** This file, which is also where a thread begins. */
export const THREAD_FILE = __filename;

/** The artifact store of the process, read piece by piece over messages. */
function remoteStore(port: MessagePort) {
  const waiting = new Map<number, (answer: ToThread) => void>();
  let last = 0;
  port.on('message', (answer: ToThread) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const read = async (digest: string, start: number, end: number) => {
    last += 1;
    const request: FromThread = { type: 'read', id: last, digest, start, end };
    const answered = new Promise<ToThread>(resolve => {
      waiting.set(request.id, resolve);
    });
    port.postMessage(request);
    const answer = await answered;
    if (answer.type === 'failed') {
      throw new Error(answer.message);
    }
    return Readable.from([Buffer.from(answer.bytes)]);
  };
  return {
    open: (digest: string, range?: { start: number; end?: number }) =>
      read(digest, range?.start ?? 0, range?.end ?? Number.MAX_SAFE_INTEGER),
  };
}

async function serve(port: MessagePort, { evidence }: Task): Promise<void> {
  const store = remoteStore(port);
  const gates = await judgeStage(evidence, digest =>
    openExampleSet(store, digest),
  );
  const answer: FromThread = { type: 'judged', gates };
  port.postMessage(answer);
  port.close();
}

function isTask(data: unknown): data is Task {
  return (
    typeof data === 'object' &&
    data !== null &&
    'role' in data &&
    data.role === ROLE
  );
}

// What is thrown here ends the thread with it, and whoever started the thread is told.
if (!isMainThread && parentPort && isTask(workerData)) {
  serve(parentPort, workerData).catch(error => {
    process.nextTick(() => {
      throw error;
    });
  });
}
