import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import {
  LargeBodyError,
  onceClosed,
  StalledBodyError,
} from '@model-ci/backstage-plugin-model-ci-node';
import { gitEnvironment, identityVariables } from './environment';
import { FSCK_CONFIG } from './fsckRules';
import { limitedGit } from './limitedGit';
import { collectStderr } from './runGit';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** One request of git's smart HTTP protocol, checked and authorized. */
export interface GitRequest {
  repository: string;
  service: GitService;
  /** `info/refs` announces what there is; `rpc` moves objects. */
  step: 'info/refs' | 'rpc';
  /** Entity ref of who asks. */
  user: string;
  /** What git gets to read, as it comes in; nothing without it. Its limits are the caller's. */
  body?: Readable | Buffer;
  /** Largest pack that a push may bring. */
  maxPackBytes?: number;
  /** Runs when git is done, before the client hears the end of the answer. Must not throw. */
  beforeEnd?: () => Promise<void>;
}

export interface GitHttpBackendOptions {
  /** Folder of all repositories. */
  directory: string;
  timeoutMs: number;
  /** How long a client may take nothing of an answer. */
  stallMs: number;
}

type AbortReason = 'client' | 'timeout' | 'size' | 'stalled' | 'shutdown';

/** How a request to git ended. */
export type GitOutcome =
  | { type: 'served'; stderr: string }
  | { type: 'aborted'; reason: AbortReason }
  | { type: 'failed'; status: number | null; stderr: string };

const MAX_HEADER = 16 * 1024;
/** The only headers of git's answer that are passed on. */
const HEADERS = new Set(['content-type', 'cache-control', 'expires', 'pragma']);

/** Answers git's smart HTTP protocol by `git http-backend`, streaming both ways. */
export class GitHttpBackend {
  readonly #options: GitHttpBackendOptions;
  readonly #running = new Set<(reason: AbortReason) => void>();

  constructor(options: GitHttpBackendOptions) {
    this.#options = options;
  }

  /** Number of requests being answered. */
  get running(): number {
    return this.#running.size;
  }

  /** Ends every request, for shutdown. */
  stop(): void {
    this.#running.forEach(abort => abort('shutdown'));
  }

  /** The process and all that it starts end with the client, the time limit, or {@link stop}. */
  async serve(
    req: Request,
    res: Response,
    request: GitRequest,
  ): Promise<GitOutcome> {
    const child = spawn(...limitedGit(['http-backend']), {
      env: cgiEnvironment(req, request, this.#options),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that receive-pack and index-pack can be ended along with it.
      detached: true,
    });
    const stderr = collectStderr(child.stderr);
    let aborted: AbortReason | undefined;
    const abort = (reason: AbortReason) => {
      aborted ??= reason;
      endGroup(child);
    };
    this.#running.add(abort);
    const onClose = () => !res.writableFinished && abort('client');
    const timer = setTimeout(abort, this.#options.timeoutMs, 'timeout');
    res.on('close', onClose);
    const closed = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    feed(request.body, child, abort);
    if (res.destroyed) {
      abort('client');
    }
    try {
      const [status, answered] = await Promise.all([
        closed,
        relayAnswer(child.stdout, res, {
          stallMs: this.#options.stallMs,
          onStall: () => abort('stalled'),
        }),
      ]);
      await request.beforeEnd?.();
      if (aborted) {
        res.destroy();
        return { type: 'aborted', reason: aborted };
      }
      if (!answered) {
        return { type: 'failed', status, stderr: stderr() };
      }
      res.end();
      return { type: 'served', stderr: stderr() };
    } finally {
      clearTimeout(timer);
      this.#running.delete(abort);
      res.off('close', onClose);
    }
  }
}

/** Passes the request's body on to git. */
function feed(
  body: Readable | Buffer | undefined,
  child: ChildProcessWithoutNullStreams,
  abort: (reason: AbortReason) => void,
): void {
  if (!body || Buffer.isBuffer(body)) {
    child.stdin.on('error', () => {});
    child.stdin.end(body ?? '');
    return;
  }
  body.on('error', error => abort(reasonOf(error)));
  // git may answer before it has read everything; the rest of the request is then of no interest.
  child.stdin.on('error', () => {
    body.unpipe(child.stdin);
    body.resume();
  });
  body.pipe(child.stdin);
  if (body.destroyed) {
    abort(reasonOf(body.errored));
  }
}

function reasonOf(error: unknown): AbortReason {
  if (error instanceof LargeBodyError) {
    return 'size';
  }
  return error instanceof StalledBodyError ? 'stalled' : 'client';
}

function endGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // The whole group is gone already.
  }
}

/** Variables of CGI. Only what was checked goes in: the request's own path and query do not. */
function cgiEnvironment(
  req: Request,
  request: GitRequest,
  options: GitHttpBackendOptions,
): NodeJS.ProcessEnv {
  const { step, service, user } = request;
  const { body } = request;
  const protocol = req.get('git-protocol') ?? '';
  const variables: Record<string, string> = {
    ...identityVariables({ name: user, email: '' }),
    GIT_PROJECT_ROOT: options.directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${request.repository}.git/${
      step === 'rpc' ? service : 'info/refs'
    }`,
    QUERY_STRING: step === 'rpc' ? '' : `service=${service}`,
    REQUEST_METHOD: step === 'rpc' ? 'POST' : 'GET',
    REMOTE_USER: user,
    CONTENT_TYPE: step === 'rpc' ? `application/x-${service}-request` : '',
    ...(Buffer.isBuffer(body) && { CONTENT_LENGTH: String(body.length) }),
    ...(/^version=[0-2]$/.test(protocol) && { GIT_PROTOCOL: protocol }),
  };
  return gitEnvironment({
    variables,
    config: [
      ['http.uploadpack', 'true'],
      ['http.receivepack', 'true'],
      ['http.getanyfile', 'false'],
      ...FSCK_CONFIG,
      ['receive.maxInputSize', String(request.maxPackBytes ?? 1)],
      ['receive.denyDeleteCurrent', 'refuse'],
      ['receive.advertisePushOptions', 'true'],
    ],
  });
}

/** Passes a CGI answer on, all but its end. False when there was none. */
async function relayAnswer(
  stdout: Readable,
  res: Response,
  stall: { stallMs: number; onStall(): void },
): Promise<boolean> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of stdout) {
    let body: Buffer = chunk;
    if (head) {
      head = Buffer.concat([head, chunk]);
      const end = endOfHeader(head);
      if (!end && head.length > MAX_HEADER) {
        return false;
      }
      if (!end) {
        continue;
      }
      writeHeader(head.subarray(0, end.start).toString('latin1'), res);
      body = head.subarray(end.after);
      head = undefined;
    }
    if (!res.destroyed && body.length > 0 && !res.write(body)) {
      await drained(res, stall);
    }
  }
  return head === undefined;
}

function endOfHeader(
  head: Buffer,
): { start: number; after: number } | undefined {
  for (const separator of ['\r\n\r\n', '\n\n']) {
    const start = head.indexOf(separator);
    if (start >= 0) {
      return { start, after: start + separator.length };
    }
  }
  return undefined;
}

function writeHeader(head: string, res: Response): void {
  res.status(200);
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') {
      res.status(Number(value.slice(0, 3)) || 500);
    } else if (HEADERS.has(name)) {
      res.setHeader(name, value);
    }
  }
}

/** Waits until the client took what was written, or is gone. */
function drained(
  res: Response,
  { stallMs, onStall }: { stallMs: number; onStall(): void },
): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      onStall();
      res.destroy();
    }, stallMs);
    const done = () => {
      clearTimeout(timer);
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.on('drain', done);
    onceClosed(res, done);
  });
}
