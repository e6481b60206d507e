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
 * Takes the frame off an attempt's log: its first line, the results that the log carries, and the end line with
 * the exit code. Both may follow the script's own last bytes on the same line.
 */
export class AttemptLog {
  /** Bytes of the script's own output that were given out. */
  position = 0;
  /** Exit code of the end line, once it was read. */
  exitCode: number | undefined;
  /** Archives of results by their paths, once the end line was read. */
  results: ReadonlyMap<string, Buffer> = new Map();
  private readonly begin: Buffer;
  private readonly result: Buffer;
  private readonly end: Buffer;
  private begun = false;
  private held = Buffer.alloc(0);

  constructor(private readonly marker: string) {
    this.begin = Buffer.from(`${marker}\n`);
    this.result = Buffer.from(resultLine(marker));
    this.end = Buffer.from(`${marker} exited `);
  }

  /** The script's own bytes among these. Throws `LogDropped` if the log does not begin with its first line. */
  push(data: Buffer): Buffer {
    this.held = Buffer.concat([this.held, data]);
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
    return this.take(this.startOfFrame());
  }

  /** What was held back in case it became the end line; for a log that ended without one. */
  flush(): Buffer {
    const whole = this.begun && this.exitCode === undefined;
    return this.take(whole ? this.startOfResults() : 0);
  }

  private take(length: number): Buffer {
    const data = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    this.position += data.length;
    return data;
  }

  /** Where results or the end line begin, or may begin once more was read. */
  private startOfFrame(): number {
    const { held, end } = this;
    const results = this.startOfResults();
    const found = held.lastIndexOf(end);
    if (found >= 0) {
      const tail = held.subarray(found + end.length).toString('latin1');
      const match = /^(\d{1,3})(\n?)$/.exec(tail);
      if (match?.[2]) {
        this.exitCode = Number(match[1]);
        this.results = parseResults(held.subarray(results, found), this.marker);
      }
      if (match || tail === '') {
        return Math.min(results, found);
      }
    }
    return Math.min(
      results,
      this.startOfPart(end),
      this.startOfPart(this.result),
    );
  }

  /** Where the results begin, or the end of what is held. */
  private startOfResults(): number {
    const { held } = this;
    const found = held.indexOf(this.result);
    return found >= 0 && held.length - found <= MAX_HELD_BYTES
      ? found
      : held.length;
  }

  /** Where the last bytes begin that are the first ones of these, or the end of what is held. */
  private startOfPart(bytes: Buffer): number {
    const { held } = this;
    for (
      let length = Math.min(held.length, bytes.length - 1);
      length > 0;
      length--
    ) {
      if (
        held.subarray(held.length - length).equals(bytes.subarray(0, length))
      ) {
        return held.length - length;
      }
    }
    return held.length;
  }
}
