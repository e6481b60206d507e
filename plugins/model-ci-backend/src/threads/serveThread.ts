import {
  isMainThread,
  parentPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { Calls, FromThread, ToThread } from './protocol';
import { RemoteStore } from './RemoteStore';

type RangeStore = Pick<ArtifactStore, 'open'>;

/**
 * Answers what its process asks, one question after the other, until the process ends it. Does nothing where a file is
 * not loaded as the thread of this role, so that it may be imported.
 */
export function serveThread<T extends Calls<T>>(
  role: string,
  create: (store: RangeStore) => T,
): void {
  if (isMainThread || !parentPort || !isOfRole(workerData, role)) {
    return;
  }
  const port = parentPort;
  const store = new RemoteStore(port);
  const calls = new Map<string, (input: never) => Promise<unknown>>(
    Object.entries(create(store)),
  );
  port.on('message', async (message: ToThread) => {
    if (message.type === 'ask') {
      send(port, await answer(calls, message));
    } else {
      store.take(message);
    }
  });
}

async function answer(
  calls: ReadonlyMap<string, (input: never) => Promise<unknown>>,
  { name, input }: Extract<ToThread, { type: 'ask' }>,
): Promise<FromThread> {
  try {
    const call = calls.get(name);
    if (!call) {
      throw new Error(`The thread knows no '${name}'`);
    }
    return { type: 'answered', answer: await call(input as never) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', message };
  }
}

function send(port: MessagePort, message: FromThread): void {
  port.postMessage(message);
}

function isOfRole(data: unknown, role: string): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'role' in data &&
    data.role === role
  );
}
