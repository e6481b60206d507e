import { ResponseError } from '@backstage/errors';
import { readServerSentEvents } from './serverSentEvents';
import type { FollowLogOptions, FollowLogQuery, LogPart } from './types';

interface Connection {
  attempt?: number;
  offset?: number;
  headers: Record<string, string>;
  signal?: AbortSignal;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

/** Follows a log over as many connections as it takes. `open` rejects with a `ResponseError` for a refusal. */
export async function* followLog(
  open: (connection: Connection) => Promise<Response>,
  query: FollowLogQuery,
  options: FollowLogOptions,
): AsyncGenerator<LogPart> {
  const { signal, reconnectDelay = defaultDelay, onReconnect } = options;
  // A retry of the stage must not switch an open reader to another log.
  let attempt = query.attempt;
  let offset = query.offset;
  let failures = 0;

  while (!signal?.aborted) {
    try {
      const response = await open({
        attempt,
        offset,
        headers: { Accept: 'text/event-stream' },
        signal,
      });
      attempt ??= parseCount(response.headers.get('Log-Attempt'));
      if (!response.body) {
        throw new Error('The answer has no body to follow');
      }
      for await (const event of readServerSentEvents(response.body)) {
        if (event.event === 'end') {
          return;
        }
        const part = parsePart(event.data, event.id);
        failures = 0;
        offset = part.nextOffset;
        if (signal?.aborted) {
          return;
        }
        yield part;
      }
      throw new Error('The connection ended before the log did');
    } catch (error) {
      if (signal?.aborted) {
        return;
      }
      if (isRefusal(error)) {
        throw error;
      }
      failures += 1;
      onReconnect?.(error instanceof Error ? error : new Error(String(error)));
      await wait(reconnectDelay(failures), signal);
    }
  }
}

/** A server that is restarting or overloaded may still give the log; one that says no will not. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    error.statusCode < 500 &&
    error.statusCode !== 429 &&
    error.statusCode !== 408
  );
}

function parsePart(data: string, id: string | undefined): LogPart {
  const nextOffset = parseCount(id);
  const part: unknown = JSON.parse(data);
  if (
    nextOffset === undefined ||
    typeof part !== 'object' ||
    part === null ||
    !('text' in part && typeof part.text === 'string') ||
    !('offset' in part && typeof part.offset === 'number')
  ) {
    throw new Error('The server sent an event that is no piece of a log');
  }
  return { text: part.text, offset: part.offset, nextOffset };
}

function parseCount(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

function defaultDelay(failures: number): number {
  return Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY);
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}
