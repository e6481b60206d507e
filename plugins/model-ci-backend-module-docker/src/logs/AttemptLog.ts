import { MAX_RESULTS_BYTES } from '../containers/scripts';
import { parseResults, resultLine } from './parseResults';

// What is longer was written by the script itself
const MAX_HELD_BYTES = MAX_RESULTS_BYTES + 256 * 1024;

/** The engine has dropped the start of the log, so no byte of it can be placed. */
export class LogDropped extends Error {
  constructor() {
    super('The engine dropped the start of the log');
  }
}

/**
 * Takes the frame off an attempt's log: its first line, the results that the log carries, and the end line. Both
 * may follow the script's own last bytes on the same line. The script can write such lines, too: they are the
 * frame only at the very end of the log.
 */
export class AttemptLog {
  /** Bytes of the script's own output that were given out. */
  position = 0;
  /** Whether the log ended with its end line. */
  isFramed = false;
  /** Archives of results by their paths, once the log has ended. */
  results: ReadonlyMap<string, Buffer> = new Map();
  private readonly begin: Buffer;
  private readonly result: Buffer;
  private readonly end: Buffer;
  private begun = false;
  private held: Buffer = Buffer.alloc(0);
  /** What came after `held`, while that begins with a result: its lines are looked at all at once. */
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(private readonly marker: string) {
    this.begin = Buffer.from(`${marker}\n`);
    this.result = Buffer.from(resultLine(marker));
    this.end = Buffer.from(`${marker} exited `);
  }

  /** The script's own bytes among these. Throws `LogDropped` if the log does not begin with its first line. */
  push(data: Buffer): Buffer {
    this.waiting.push(data);
    this.waitingBytes += data.length;
    const isResult = this.held
      .subarray(0, this.result.length)
      .equals(this.result);
    if (isResult && this.waitingBytes <= MAX_HELD_BYTES) {
      return Buffer.alloc(0);
    }
    this.join();
    if (!this.begun) {
      const length = Math.min(this.held.length, this.begin.length);
      if (
        !this.held.subarray(0, length).equals(this.begin.subarray(0, length))
      ) {
        throw new LogDropped();
      }
      if (length < this.begin.length) {
        return Buffer.alloc(0);
      }
      this.begun = true;
      this.held = this.held.subarray(length);
    }
    return this.take(
      Math.min(
        this.startOfResults(),
        this.startOfEnd().at,
        this.startOfPart(this.end),
        this.startOfPart(this.result),
      ),
    );
  }

  /** The last of the script's own bytes, once the log has ended. */
  flush(): Buffer {
    this.join();
    if (!this.begun) {
      return Buffer.alloc(0);
    }
    const results = this.startOfResults();
    const { at, whole } = this.startOfEnd();
    if (!whole) {
      return this.take(results);
    }
    this.isFramed = true;
    this.results = parseResults(this.held.subarray(results, at), this.marker);
    return this.take(Math.min(results, at));
  }

  private join(): void {
    const parts = [this.held, ...this.waiting].filter(({ length }) => length);
    this.held = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private take(length: number): Buffer {
    const data = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    this.position += data.length;
    return data;
  }

  /** Where the end line begins if nothing follows it, or else the end of what is held. */
  private startOfEnd(): { at: number; whole: boolean } {
    const { held, end } = this;
    const at = held.lastIndexOf(end);
    const tail =
      at < 0
        ? null
        : /^(?:\d{1,3}(\n?))?$/.exec(
            held.subarray(at + end.length).toString('latin1'),
          );
    return tail ? { at, whole: !!tail[1] } : { at: held.length, whole: false };
  }

  /**
   * Where the results begin, or the end of what is held: the first of their lines within reach of the end, so that
   * every reader finds the same one.
   */
  private startOfResults(): number {
    const { held } = this;
    const found = held.indexOf(
      this.result,
      Math.max(held.length - MAX_HELD_BYTES, 0),
    );
    return found < 0 ? held.length : found;
  }

  /** Where the last bytes begin that are the first ones of these, or the end of what is held. */
  private startOfPart(bytes: Buffer): number {
    const { held } = this;
    const first = bytes[0];
    let at = held.indexOf(first, Math.max(held.length - bytes.length + 1, 0));
    while (at >= 0) {
      const rest = held.subarray(at);
      if (rest.equals(bytes.subarray(0, rest.length))) {
        return at;
      }
      at = held.indexOf(first, at + 1);
    }
    return held.length;
  }
}
