import { Readable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { FromThread, ToThread } from './protocol';

/** The artifact store of the process, read piece by piece over messages. */
export class RemoteStore {
  readonly #waiting = new Map<number, (answer: ToThread) => void>();
  #last = 0;

  constructor(private readonly port: MessagePort) {}

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable> {
    const { start, end = Number.MAX_SAFE_INTEGER } = range ?? { start: 0 };
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<ToThread>(resolve => {
      this.#waiting.set(id, resolve);
    });
    const request: FromThread = { type: 'read', id, digest, start, end };
    this.port.postMessage(request);
    const found = await answered;
    if (found.type !== 'bytes') {
      throw new Error(
        found.type === 'unread' ? found.message : 'Nothing was read',
      );
    }
    return Readable.from([Buffer.from(found.bytes)]);
  }

  take(message: Exclude<ToThread, { type: 'ask' }>): void {
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}
