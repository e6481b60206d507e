import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { type GitEnvironmentOptions, gitEnvironment } from './environment';
import { limitedGit } from './limitedGit';

/** A git command that ended with an error. */
export class GitCommandError extends Error {
  /** Not `status`, which the backend would answer as the status of HTTP. */
  readonly exitStatus: number | null;
  readonly stderr: string;

  constructor(args: string[], status: number | null, stderr: string) {
    super(
      `git ${args.join(' ')} ended with status ${status}: ${stderr.trim()}`,
    );
    this.name = 'GitCommandError';
    this.exitStatus = status;
    this.stderr = stderr;
  }
}

export interface RunGitOptions extends GitEnvironmentOptions {
  input?: string;
  signal?: AbortSignal;
}

const MAX_STDERR = 16 * 1024;
const MAX_OUTPUT = 256 * 1024 * 1024;

/** Runs git to its end and answers what it wrote. For output of bounded size. */
export async function runGit(
  args: string[],
  options: RunGitOptions = {},
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of gitOutput(args, options)) {
    size += chunk.length;
    if (size > MAX_OUTPUT) {
      throw new Error(`git ${args[0]} wrote more than ${MAX_OUTPUT} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What git writes, as a stream. The process starts with the first read, so an unread stream costs nothing. */
export function streamGit(
  args: string[],
  options: RunGitOptions = {},
): Readable {
  return Readable.from(gitOutput(args, options), { objectMode: false });
}

async function* gitOutput(
  args: string[],
  options: RunGitOptions,
): AsyncGenerator<Buffer> {
  options.signal?.throwIfAborted();
  const child = spawn(...limitedGit(args), {
    env: gitEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal,
  });
  const exited = once(child, 'close');
  // Awaited below; a reader that stops early must not leave a rejection behind.
  exited.catch(() => {});
  const stderr = collectStderr(child.stderr);
  // git may end before it has read all of its input, its exit status then says why.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  try {
    for await (const chunk of child.stdout) {
      yield chunk;
    }
    const [status] = await exited;
    if (status !== 0) {
      throw new GitCommandError(args, status, stderr());
    }
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
    }
  }
}

/** Keeps the beginning of what a process complains about. */
export function collectStderr(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(0, MAX_STDERR);
  });
  return () => text;
}
