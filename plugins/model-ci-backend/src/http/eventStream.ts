import { once } from 'node:events';
import type { Response } from 'express';
import type { JsonObject } from '@backstage/types';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';

const HEARTBEAT = 15_000;

export interface EventStream {
  /** Aborts when the reader has gone, or the backend stops. */
  signal: AbortSignal;
  /** Waits while the reader is slower than we are. */
  send(event: { id?: number; event?: string; data: JsonObject }): Promise<void>;
  close(): void;
}

/** Makes a response a stream of server-sent events, with a sign of life while there is nothing to say. */
export function openEventStream(
  res: Response,
  options: { stopping: AbortSignal; heartbeat?: number },
): EventStream {
  const closed = new AbortController();
  onceClosed(res, () => closed.abort());
  const signal = AbortSignal.any([closed.signal, options.stopping]);
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Proxies that buffer answers, nginx first of all, are asked not to.
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  const timer = setInterval(
    () => res.write(': alive\n\n'),
    options.heartbeat ?? HEARTBEAT,
  );
  timer.unref();

  return {
    signal,
    async send({ id, event, data }) {
      const lines = [
        ...(id === undefined ? [] : [`id: ${id}`]),
        ...(event === undefined ? [] : [`event: ${event}`]),
        `data: ${JSON.stringify(data)}`,
      ];
      if (!res.write(`${lines.join('\n')}\n\n`)) {
        await once(res, 'drain', { signal });
      }
    },
    close() {
      clearInterval(timer);
      res.end();
    },
  };
}
