import type { LogPart } from '@model-ci/backstage-plugin-model-ci-common';
import type { LogSource } from '../LogWindow';

/** A log in memory that grows when asked to. */
export class TestLog implements LogSource {
  bytes: Buffer;
  ended: boolean;
  /** Bytes at its end of a character that is not complete yet. */
  cutOff = 0;
  /** Ranges that were asked for. */
  readonly reads: Array<{ offset: number; limit: number }> = [];
  readonly #wakers = new Set<() => void>();
  /** Where the present follower learns that its connection broke. */
  onReconnect?: (error: Error) => void;

  constructor(text: string, ended = true) {
    this.bytes = Buffer.from(text);
    this.ended = ended;
  }

  read = async (offset: number, limit: number) => {
    if (limit < 16 || limit > 1024 * 1024) {
      throw new Error(`The server refuses a limit of ${limit}`);
    }
    this.reads.push({ offset, limit });
    const size = this.bytes.length;
    const asked = offset < 0 ? Math.max(0, size + offset) : offset;
    const start = this.#boundary(asked, 1);
    const end = this.#boundary(Math.min(size, asked + limit), -1);
    return {
      text: this.bytes.subarray(start, end).toString(),
      offset: start,
      nextOffset: end,
      size,
      ended: this.ended,
      attempt: 1,
    };
  };

  follow = async function* follow(
    this: TestLog,
    offset: number,
    signal: AbortSignal,
    onReconnect: (error: Error) => void,
  ): AsyncGenerator<LogPart> {
    this.onReconnect = onReconnect;
    let at = offset;
    while (!signal.aborted) {
      if (at < this.bytes.length) {
        const part = this.bytes.subarray(at);
        yield {
          text: part.toString(),
          offset: at,
          nextOffset: at + part.length,
        };
        at += part.length;
      } else if (this.ended) {
        return;
      } else {
        await new Promise<void>(resolve => {
          this.#wakers.add(resolve);
          signal.addEventListener('abort', () => resolve());
        });
      }
    }
  }.bind(this);

  append(text: string) {
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)]);
    this.#wake();
  }

  end() {
    this.ended = true;
    this.#wake();
  }

  #wake() {
    for (const wake of this.#wakers) {
      wake();
    }
    this.#wakers.clear();
  }

  /** The nearest place between characters, in a direction. */
  #boundary(at: number, direction: 1 | -1) {
    let byte = at;
    // eslint-disable-next-line no-bitwise
    while (byte < this.bytes.length && (this.bytes[byte] & 0xc0) === 0x80) {
      byte += direction;
    }
    if (byte < this.bytes.length || direction > 0) {
      return byte;
    }
    const text = this.bytes.subarray(Math.max(0, byte - 8)).toString();
    return text.endsWith('\ufffd') ? byte - this.cutOff : byte;
  }
}

/** `count` numbered lines of some 100 bytes. */
export function numberedLines(count: number, from = 1): string {
  let text = '';
  for (let i = from; i < from + count; i += 1) {
    text += `line ${i} ${'ä'.repeat(40)}\n`;
  }
  return text;
}
