import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { isError } from '@backstage/errors';
import limit from 'p-limit';
import { CommandError } from './CommandError';

export interface RunOptions {
  /** What the command reads; nothing by default. */
  input?: string | Buffer | Readable;
  /** Default: `ANSWER_MS` */
  timeoutMs?: number;
  /** What errors call it, instead of its words. */
  what?: string;
  /** It lasts as long as somebody else reads or writes, so it waits for others like it alone. */
  isTransfer?: boolean;
}

/** How a command ended that could be run. */
export interface Answer {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs commands where the cluster is, or fails with a `CommandError` where they could not be run. */
export interface Runner {
  run(words: readonly string[], options?: RunOptions): Promise<Answer>;
  /** What a command writes, as it writes it. Breaks off with an error, which may be explained, unless the command ends well. */
  stream(
    words: readonly string[],
    explain?: (answer: Answer) => Error,
  ): Readable;
}

/** Turns the words of a command into those of a local one. */
export type Wrap = (words: readonly string[]) => readonly string[];

/** Slurm's own patience with its controller is 10 to 100 s (`MessageTimeout`); what takes longer gets no answer. */
const ANSWER_MS = 120_000;

/** An answer to one of our questions is never longer: a line for each job, or part of a file. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** What is kept of what a command says against itself. */
const MAX_STDERR_CHARS = 4_000;

/** `ssh` says so where there is no connection; no command of ours ends like that. */
const NO_CONNECTION = 255;

/**
 * Commands at the same time. Not configurable: sshd takes ten sessions on one connection (`MaxSessions`), and a
 * controller gains nothing by more. Transfers have places of their own, since one whose other end is slow keeps its
 * place for hours.
 */
const AT_ONCE = 4;
const TRANSFERS_AT_ONCE = 4;

/** Runs commands through a prefix. */
export class CommandRunner implements Runner {
  private readonly commands = limit(AT_ONCE);
  private readonly transfers = limit(TRANSFERS_AT_ONCE);

  constructor(
    private readonly wrap: Wrap,
    private readonly env: Record<string, string>,
  ) {}

  async run(
    words: readonly string[],
    { input, timeoutMs = ANSWER_MS, isTransfer = false, what }: RunOptions = {},
  ): Promise<Answer> {
    const shown = what === undefined ? words : [what];
    const places = isTransfer ? this.transfers : this.commands;
    return await places(async () => {
      const child = this.start(words);
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      try {
        const [code, stdout, stderr] = await Promise.all([
          ended(child, shown),
          limited(child),
          readStderr(child),
          feed(child, input),
        ]);
        return answerOf(shown, { code, stdout, stderr });
      } finally {
        clearTimeout(timer);
        child.kill('SIGKILL');
      }
    });
  }

  stream(
    words: readonly string[],
    explain = (answer: Answer): Error => new CommandError(words, answer),
  ): Readable {
    const out = new PassThrough();
    this.transfers(async () => {
      if (out.destroyed) {
        return;
      }
      const child = this.start(words);
      child.stdin?.end();
      out.once('close', () => child.kill('SIGKILL'));
      const [code, stderr] = await Promise.all([
        ended(child, words),
        readStderr(child),
        pipeline(child.stdout!, out, { end: false }),
      ]);
      const answer = { code, stdout: Buffer.alloc(0), stderr };
      const known = answerOf(words, answer);
      if (known.code !== 0) {
        throw explain(known);
      }
      out.end();
    }).catch(error =>
      out.destroy(isError(error) ? error : new Error(String(error))),
    );
    return out;
  }

  private start(words: readonly string[]): ChildProcess {
    const [command, ...args] = this.wrap(words);
    const child = spawn(command, args, { env: this.env, stdio: 'pipe' });
    // Whoever waits for its end gets it
    child.on('error', () => {});
    child.stdin?.on('error', () => {});
    return child;
  }
}

async function ended(
  child: ChildProcess,
  words: readonly string[],
): Promise<number | undefined> {
  try {
    const [code] = await once(child, 'close');
    return code ?? undefined;
  } catch (error) {
    throw new CommandError(words, undefined, error);
  }
}

function answerOf(
  words: readonly string[],
  answer: Omit<Answer, 'code'> & { code: number | undefined },
): Answer {
  const { code } = answer;
  if (code === undefined || code === NO_CONNECTION) {
    throw new CommandError(words, { ...answer, code });
  }
  return { ...answer, code };
}

async function limited(child: ChildProcess): Promise<Buffer> {
  let size = 0;
  child.stdout!.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      child.kill('SIGKILL');
    }
  });
  return await buffer(child.stdout!);
}

async function readStderr(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, MAX_STDERR_CHARS);
  });
  await once(child.stderr!, 'close').catch(() => {});
  return text.trim();
}

/** A command may end before it has read everything. */
async function feed(
  child: ChildProcess,
  input: RunOptions['input'] = '',
): Promise<void> {
  if (input instanceof Readable) {
    await pipeline(input, child.stdin!).catch(error => {
      if (!isError(error) || error.code !== 'EPIPE') {
        throw error;
      }
    });
  } else {
    child.stdin!.end(input);
  }
}
