import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type {
  AttemptSpec,
  Executor,
  Handle,
  Outcome,
  WorkspacePart,
} from '../executor';
import { addEntry, archiveEntries, archiveOf } from '../workspace';
import type { TransferServer } from './TransferServer';

/** An executor as the contract's suite wants it. */
export interface ExecutorUnderTest {
  executor: Executor;
  /** A new instance with the same configuration, as after a restart of the backend. */
  recreate(): Promise<Executor>;
  /** The node that attempts are placed on. */
  node: string;
  /** An image with `sh`, `cat`, `ls`, `sleep`, `head` and `env`, where images are used. */
  image?: string;
  /** What attempts ask for that are not about that; less than a cpu where several are to fit on a machine. */
  cpus?: number;
  /** Takes a running attempt away without asking the executor. */
  removeBehind(handle: Handle): Promise<void>;
  /** Signs URLs for every attempt, for executors that fetch and upload by them, and keeps what was uploaded. */
  transfers?: Pick<TransferServer, 'sign' | 'openStored'>;
  /** Makes the answer to the next `submit` get lost after it has done everything. */
  loseAnswer?(): void;
  /** What can be done to a cluster; needed where `features.cluster` says that there is one. */
  cluster?: ClusterControls;
  /** What the engine shows of an attempt that runs to whoever may look at it; absent where there is no engine. */
  inspect?(handle: Handle): Promise<string>;
  /** Names of what is still there of an attempt or a service: folders, containers. */
  remains(id: string): Promise<string[]>;
  dispose?(): Promise<void>;
}

/** What the suite does to a cluster from outside. */
export interface ClusterControls {
  /** Lets jobs wait from now on, or start. */
  setFull(isFull: boolean): void;
  /** Breaks the connections off over which states of jobs are reported. */
  dropWatches(): void;
  /** Shows a state of an attempt that the executor cannot know; or the true one again. */
  showUnknown(attemptId: string, isUnknown: boolean): void;
}

/** What an executor can do beyond the common part of the contract. */
export interface ExecutorFeatures {
  /** Attempts can be cut off from the network. */
  networkNone: boolean;
  /** A memory limit is enforced, and its breach is reported as such. */
  memoryLimit: boolean;
  /**
   * Scripts are run by a real shell, in a real workspace. A fake that has none understands lines of `echo WORDS`,
   * `echo WORDS > FILE`, `sleep SECONDS` and `exit CODE`, see `runSimpleScript`.
   */
  shell: boolean;
  /** Services can be kept alive. */
  services: boolean;
  /** What was not announced among `results` is gone when the attempt has ended. */
  announcedResultsOnly?: boolean;
  /** Attempts wait in the queue of a cluster until its scheduler starts them. */
  cluster: boolean;
  /**
   * How many submissions with lost answers are tried; 1000 where an attempt costs nothing, fewer where it costs a
   * container.
   */
  lostAnswers: number;
}

/** What the parts of the suite share. */
export interface Subject {
  readonly features: ExecutorFeatures;
  readonly under: ExecutorUnderTest;
  readonly executor: Executor;
  spec(script: string, rest?: Partial<AttemptSpec>): AttemptSpec;
  /** Runs a script from submit to cleanup. */
  run(
    script: string,
    rest?: Partial<AttemptSpec>,
  ): Promise<{ outcome: Outcome; log: string }>;
}

/** Polls until `check` answers something true; fails at the deadline. */
export async function eventually<T>(
  check: () => Promise<T> | T,
  what: string,
  deadlineMs = 20_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await check();
    if (answer) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`Did not happen within ${deadlineMs} ms: ${what}`);
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

/** A tar archive made of a few files (text), links (`{ link }`) and pipes (`{ type: 'fifo' }`). */
export function archive(
  files: Record<string, string | { link: string } | { type: 'fifo' }>,
): Readable {
  return archiveOf(async tar => {
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === 'string') {
        const bytes = Buffer.from(content);
        const header = { name, size: bytes.length };
        await addEntry(tar, header, Readable.from([bytes]));
      } else if ('link' in content) {
        const linkname = content.link;
        await addEntry(tar, { name, type: 'symlink', linkname });
      } else {
        await addEntry(tar, { name, type: content.type });
      }
    }
  });
}

export function part(
  path: string,
  files: Parameters<typeof archive>[0],
): WorkspacePart {
  const digest = `sha256:${createHash('sha256')
    .update(JSON.stringify([path, files]))
    .digest('hex')}`;
  return { path, digest, open: async () => archive(files) };
}

/** What a tar archive holds: text of files, target of links, `/` for folders. */
export async function unpack(tar: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of archiveEntries(tar)) {
    const { name, type, linkname } = entry.header;
    const content = await buffer(entry);
    found[name] =
      type === 'file'
        ? content.toString()
        : (linkname && `-> ${linkname}`) || '/';
  }
  return found;
}

/** What an executor collects, also where the attempt has put it into the store. */
export async function collected(
  { under }: Pick<Subject, 'under'>,
  executor: Executor,
  handle: Handle,
  path: string,
): Promise<Readable> {
  const collection = await executor.collect(handle, path);
  if (!('digest' in collection)) {
    return collection;
  }
  if (!under.transfers) {
    throw new Error('The executor answers digests of what nobody signed for');
  }
  return await under.transfers.openStored(collection.digest);
}

export function attempt(
  under: ExecutorUnderTest,
  script: string,
  rest: Partial<AttemptSpec> = {},
): AttemptSpec {
  const spec: AttemptSpec = {
    attemptId: randomUUID(),
    runId: 'run-1',
    pipelineRef: 'modelpipeline:default/contract',
    stage: 'train',
    node: under.node,
    image: under.image,
    script,
    env: {},
    resources: { cpus: under.cpus ?? 1, memoryBytes: 256 * 2 ** 20 },
    network: 'default',
    timeoutSeconds: 120,
    maxLogBytes: 64 * 2 ** 20,
    workspace: [],
    ...rest,
  };
  return under.transfers?.sign(spec) ?? spec;
}

/**
 * Submits as the engine does: again until it is answered. Of several processes at once one may be refused for the
 * moment.
 */
export async function submitted(
  executor: Executor,
  spec: AttemptSpec,
): Promise<Handle> {
  let refusal: unknown;
  try {
    return await eventually(
      () =>
        executor.submit(spec).catch(error => {
          refusal = error;
        }),
      'the attempt is submitted',
      // An engine that others keep busy starts a container in many seconds
      240_000,
    );
  } catch (error) {
    throw new Error(`Attempt ${spec.attemptId} was refused to the end`, {
      cause: refusal ?? error,
    });
  }
}

export const never = new AbortController().signal;

/** The whole log from `offset` on; fails if chunks do not join. */
export async function readLog(
  executor: Executor,
  handle: Handle,
  offset = 0,
  signal = never,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let next = offset;
  for await (const chunk of executor.readLogs(handle, offset, signal)) {
    expect(chunk.offset).toBe(next);
    expect(chunk.data.length).toBeGreaterThan(0);
    next += chunk.data.length;
    chunks.push(chunk.data);
  }
  return Buffer.concat(chunks);
}

/** Waits until the log of a running attempt holds `text`; answers the log up to there. */
export async function logHolds(
  executor: Executor,
  handle: Handle,
  text: string,
): Promise<string> {
  const stop = new AbortController();
  let log = '';
  try {
    for await (const chunk of executor.readLogs(handle, 0, stop.signal)) {
      log += chunk.data.toString();
      if (log.includes(text)) {
        return log;
      }
    }
  } finally {
    stop.abort();
  }
  throw new Error(`The log ended without '${text}': ${log.slice(-2000)}`);
}

/** Follows an attempt as the engine does: outcome and log side by side. */
export async function follow(
  executor: Executor,
  handle: Handle,
): Promise<{ outcome: Outcome; log: string }> {
  const [outcome, log] = await Promise.all([
    executor.observe(handle, never),
    readLog(executor, handle),
  ]);
  return { outcome, log: log.toString() };
}

/** Whether a process of this machine has `text` in its command line. */
export async function processAlive(text: string): Promise<boolean> {
  return (await commandLines()).some(line => line.includes(text));
}

async function commandLines(): Promise<string[]> {
  if (process.platform !== 'linux') {
    const run = promisify(execFile);
    const { stdout } = await run('ps', ['-A', '-ww', '-o', 'args=']);
    return stdout.split('\n');
  }
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async pid => {
      try {
        return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replace(
          /\0/g,
          ' ',
        );
      } catch {
        return ''; // it ended meanwhile
      }
    }),
  );
}

/** A number that no other process of this machine sleeps for. */
export function uniqueSeconds(): string {
  return String(1_000_000 + Math.floor(Math.random() * 1_000_000_000));
}
