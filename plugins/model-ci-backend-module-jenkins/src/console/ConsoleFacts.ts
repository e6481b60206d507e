import { createHash, timingSafeEqual } from 'node:crypto';
import {
  parseUploadResult,
  type UploadResult,
} from '@model-ci/backstage-plugin-model-ci-node';
import { MARK } from '../job/runner';

/** How the runner saw the end. */
export type End =
  | { type: 'exited'; exitCode: number }
  | { type: 'terminated' }
  | { type: 'failed' }
  | { type: 'killed'; reason: 'timeout' | 'log-limit' };

/** A piece of the stage's log. */
export interface Frame {
  offset: number;
  data: Buffer;
}

/** Lines of Jenkins' own that are worth keeping. */
const TELLING =
  /Cannot contact |was (?:deleted|removed)|(?:marked|is) offline|went offline|Connection was |agent .*(?:lost|disconnected)|could not be resumed|Resuming build |after Jenkins restart|Aborted by |wrapper script does not seem|missing workspace|There are no nodes with the label/i;
const MOST_WORDS = 50;

/**
 * What a console says of an attempt. A stage can write no line of it, since all its output is in base64. The runner's first
 * line, which comes before the stage, gives the tag of all others and the digest of the secret in the last.
 */
export class ConsoleFacts {
  startedAt?: string;
  failure?: string;
  end?: End;
  readonly results = new Map<number, UploadResult>();
  /** What Jenkins says, which explains an end that the runner did not see. */
  readonly words: string[] = [];
  private tag?: string;
  private seal?: string;

  /** Reads one line. */
  read(line: string): Frame | undefined {
    const at = line.indexOf(MARK);
    if (at < 0) {
      this.keep(line);
      return undefined;
    }
    const [tag, word, ...rest] = line
      .slice(at + MARK.length)
      .trimEnd()
      .split(':');
    if (tag === 'open') {
      if (this.tag === undefined) {
        this.tag = word;
        this.seal = rest[0];
      }
      return undefined;
    }
    return tag === this.tag && !this.end ? this.readOwn(word, rest) : undefined;
  }

  private readOwn(word: string, rest: string[]): Frame | undefined {
    switch (word) {
      case 'start': {
        const startedMs = Number(rest[0]);
        if (this.startedAt === undefined && startedMs > 0) {
          this.startedAt = new Date(startedMs).toISOString();
        }
        return undefined;
      }
      case 'log':
        return {
          offset: Number(rest[0]),
          data: Buffer.from(rest[1] ?? '', 'base64'),
        };
      case 'failed':
        this.failure ??= decode(rest[0]);
        return undefined;
      case 'result': {
        const result = parseUploadResult(decode(rest[1]).trimEnd());
        if (result) {
          this.results.set(Number(rest[0]), result);
        }
        return undefined;
      }
      case 'end':
        if (this.isSealed(rest[0])) {
          this.end = parseEnd(rest[1], rest[2]);
        }
        return undefined;
      default:
        return undefined;
    }
  }

  private keep(line: string): void {
    if (TELLING.test(line) && this.words.length < MOST_WORDS) {
      this.words.push(line.trim().slice(0, 300));
    }
  }

  private isSealed(secret = ''): boolean {
    const digest = createHash('sha256').update(secret).digest();
    const seal = Buffer.from(this.seal ?? '', 'hex');
    return seal.length === digest.length && timingSafeEqual(seal, digest);
  }
}

function decode(text = ''): string {
  return Buffer.from(text, 'base64').toString();
}

function parseEnd(word: string, detail: string): End | undefined {
  switch (word) {
    case 'exited':
      return { type: 'exited', exitCode: Number(detail) };
    case 'terminated':
    case 'failed':
      return { type: word };
    case 'killed':
      return detail === 'timeout' || detail === 'log-limit'
        ? { type: 'killed', reason: detail }
        : undefined;
    default:
      return undefined;
  }
}
