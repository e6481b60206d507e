import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { isError } from '@backstage/errors';
import type { Outcome } from '../../executor';
import { packPath, unpackParts } from '../../workspace';
import { killMarked, MARKER } from './killMarked';

/** What the cluster is asked to run: data alone, as a cluster takes it. */
export interface JobSpec {
  /** The guard against a second start. */
  name: string;
  script: string;
  shell: 'sh' | 'bash';
  env: Record<string, string>;
  timeoutSeconds: number;
  maxLogBytes: number;
  /** Archives that the job fetches for itself, by signed URLs. */
  fetch: Array<{ path: string; url: string }>;
  /** Where the job puts what it has made. */
  upload: Array<{ path: string; url: string }>;
}

/** In the cluster's own words, of which an executor may not know all. */
export type JobState =
  | { state: 'PENDING'; reason: string }
  | { state: 'RUNNING'; startedAt: string; machine: string }
  | { state: 'COMPLETED'; exitCode: number }
  | { state: 'KILLED'; reason: KillReason }
  | { state: 'CONFIGURING' | 'REQUEUE_HOLD' };

export type KillReason = Extract<Outcome, { type: 'killed' }>['reason'];

/** What became of a path that was to be uploaded. */
export type UploadResult =
  | { type: 'uploaded'; digest: string }
  | { type: 'refused'; reason: string }
  | { type: 'missing' };

/** One job on a machine of the cluster. */
export class FakeJob {
  state: JobState = { state: 'PENDING', reason: 'Priority' };
  log = Buffer.alloc(0);
  /** How often its script was started, which may only be once. */
  starts = 0;
  readonly uploads = new Map<string, UploadResult>();
  readonly events = new EventEmitter().setMaxListeners(0);
  private killing?: KillReason;
  private child?: ChildProcess;
  private timer?: NodeJS.Timeout;

  constructor(readonly spec: JobSpec, readonly folder: string) {}

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  get hasEnded(): boolean {
    return ['COMPLETED', 'KILLED'].includes(this.state.state);
  }

  become(state: JobState): void {
    this.state = state;
    this.events.emit('change');
  }

  /** The whole way of a job, from its workspace to its uploads. */
  async run(machine: string): Promise<void> {
    const startedAt = new Date().toISOString();
    this.become({ state: 'RUNNING', startedAt, machine });
    try {
      await this.fetch();
      const exitCode = await this.runScript();
      if (this.killing === undefined) {
        await this.upload();
      }
      this.become(
        this.killing === undefined
          ? { state: 'COMPLETED', exitCode }
          : { state: 'KILLED', reason: this.killing },
      );
    } catch (error) {
      this.write(Buffer.from(`The job failed: ${error}\n`));
      this.become({ state: 'COMPLETED', exitCode: 1 });
    }
  }

  /** The first reason stays. */
  async kill(reason: KillReason): Promise<void> {
    if (this.hasEnded) {
      return;
    }
    this.killing ??= reason;
    if (this.state.state === 'RUNNING') {
      await this.killProcesses();
    } else {
      this.become({ state: 'KILLED', reason: this.killing });
    }
  }

  private async killProcesses(): Promise<void> {
    clearTimeout(this.timer);
    if (this.child?.pid) {
      await killMarked(this.child.pid, this.spec.name);
    }
  }

  private async fetch(): Promise<void> {
    const { fetch: parts } = this.spec;
    mkdirSync(this.workspace, { recursive: true });
    mkdirSync(join(this.folder, 'home'), { recursive: true });
    if (parts.length > 0) {
      await unpackParts(
        this.workspace,
        parts.map(({ path, url }) => ({ path, open: () => download(url) })),
      );
    }
  }

  private async runScript(): Promise<number> {
    this.starts++;
    const { name, env, script, shell, timeoutSeconds } = this.spec;
    if (this.killing) {
      return 137;
    }
    const { output, input } = openPipe(join(this.folder, 'log'));
    const command = { sh: 'sh -e', bash: 'bash -e -o pipefail' }[shell];
    const child = spawn(
      'sh',
      // One pipe for both streams, so that their order is that of writing
      [
        '-c',
        `exec 2> /dev/null; trap : TERM HUP INT; (exec ${command} -c "$1" job 2>&1)`,
        ...['job', script],
      ],
      {
        cwd: this.workspace,
        detached: true,
        stdio: ['ignore', input, 'ignore'],
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          HOME: join(this.folder, 'home'),
          ...env,
          [MARKER]: name,
        },
      },
    );
    closeSync(input);
    this.child = child;
    this.timer = setTimeout(() => this.kill('timeout'), timeoutSeconds * 1000);
    output.on('data', (data: Buffer) => this.write(data));
    const exited = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)),
      );
    });
    const drained = new Promise<void>(resolve => {
      output.once('close', () => resolve());
    });
    const exitCode = await exited;
    // What is left running holds the pipe.
    await this.killProcesses();
    await drained;
    return exitCode;
  }

  private write(data: Buffer): void {
    const { maxLogBytes } = this.spec;
    this.log = Buffer.concat([this.log, data]).subarray(0, maxLogBytes);
    this.events.emit('change');
    if (this.log.length === maxLogBytes && data.length > 0) {
      void this.kill('log-limit');
    }
  }

  private async upload(): Promise<void> {
    for (const { path, url } of this.spec.upload) {
      this.uploads.set(path, await this.uploadOne(path, url));
    }
  }

  private async uploadOne(path: string, url: string): Promise<UploadResult> {
    let archive: Readable | undefined;
    try {
      archive = await packPath(this.workspace, path);
      return await put(url, archive);
    } catch (error) {
      const cause = archive?.errored ?? error;
      if (isError(cause) && cause.name === 'NotFoundError') {
        return { type: 'missing' };
      }
      if (isError(cause) && cause.name === 'InputError') {
        return { type: 'refused', reason: cause.message };
      }
      throw error;
    }
  }
}

/** A pipe with a name, because a script may open its output again, which the sockets of Node.js refuse. */
function openPipe(path: string): { output: Socket; input: number } {
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    output: new Socket({ fd, readable: true, writable: false }),
    input: openSync(path, constants.O_WRONLY),
  };
}

async function download(url: string): Promise<Readable> {
  const answer = await send('GET', url);
  if (answer.statusCode !== 200) {
    throw new Error(`The workspace was refused: ${await text(answer)}`);
  }
  return answer;
}

async function put(url: string, archive: Readable): Promise<UploadResult> {
  const answer = await send('PUT', url, archive);
  const body = await text(answer);
  if (answer.statusCode === 422) {
    // Whoever refused it knows why.
    return { type: 'missing' };
  }
  if (answer.statusCode !== 201) {
    throw new Error(`It was answered with ${answer.statusCode}: ${body}`);
  }
  return { type: 'uploaded', digest: JSON.parse(body).digest };
}

async function send(
  method: 'GET' | 'PUT',
  url: string,
  body: Readable = Readable.from([]),
): Promise<IncomingMessage> {
  const call = request(url, { method });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve);
    call.once('error', reject);
  });
  // A body that breaks fails the call, whose error reports it
  pipeline(body, call).catch(() => {});
  const response = await answer;
  const { statusCode, headers } = response;
  if (method === 'GET' && statusCode === 302 && headers.location) {
    response.resume();
    return await send(method, headers.location);
  }
  return response;
}
