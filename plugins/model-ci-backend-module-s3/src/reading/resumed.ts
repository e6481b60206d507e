import type { Readable } from 'node:stream';
import { kindOf } from '../bucket/failures';
import type { Clock } from '../bucket/patiently';
import { collectRead } from './collectRead';

/** A connection that breaks again and again before a byte came is no use. */
const MOST_FRUITLESS = 5;
const PAUSE_MS = 250;

export interface ResumeOptions {
  /** The bytes from `start` on. */
  first: Readable;
  start: number;
  /** Of the last byte. */
  end: number;
  clock: Clock;
  /** Ends everything, also before the first byte was asked for. */
  signal: AbortSignal;
  /** The bytes from an offset to the end; waits for a store that is away. */
  open(from: number): Promise<Readable>;
}

/** Passes bytes on as they come, and goes on from where a connection broke: what is stored does not change. */
export function resumed(options: ResumeOptions): AsyncGenerator<Buffer, void> {
  let body = hold(options.first);
  options.signal.addEventListener('abort', () => body.destroy(), {
    once: true,
  });

  async function* read(): AsyncGenerator<Buffer, void> {
    let next = options.start;
    for (let fruitless = 0; ; fruitless += 1) {
      try {
        for await (const chunk of body) {
          if (chunk.length > 0) {
            next += chunk.length;
            fruitless = 0;
            yield chunk;
            // Whoever reads has taken it
            collectRead(chunk.length);
          }
        }
      } catch (error) {
        const isWorthIt =
          kindOf(error) === 'away' && fruitless < MOST_FRUITLESS;
        if (options.signal.aborted || !isWorthIt) {
          throw error;
        }
      }
      if (next > options.end) {
        return;
      }
      if (fruitless === MOST_FRUITLESS) {
        throw brokenOff(next, options.end);
      }
      await options.clock.wait(PAUSE_MS, options.signal);
      body = hold(await options.open(next));
    }
  }
  return read();
}

/** Whoever destroys it, or loses its connection before it is read, does not end the process. */
function hold(body: Readable): Readable {
  return body.on('error', () => {});
}

function brokenOff(next: number, end: number): Error {
  return Object.assign(
    new Error(`The server sends no byte from ${next} on, of ${end + 1}`),
    { name: 'IncompleteBody' },
  );
}
