import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { gitEnvironment, identityVariables } from './environment';
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
  /** Runs when git is done, before the client hears the end of the answer. Must not throw. */
  beforeEnd?: () => Promise<void>;
}

export interface GitHttpBackendOptions {
  /** Folder of all repositories. */
  directory: string;
  maxPushBytes: number;
  timeoutMs: number;
}

type AbortReason = 'client' | 'timeout' | 'size' | 'shutdown';

/** How a request to git ended. */
export type GitOutcome =
  | { type: 'served'; stderr: string }
  | { type: 'aborted'; reason: AbortReason }
  | { type: 'failed'; status: number | null; stderr: string };

const MAX_HEADER = 16 * 1024;
/** What a push may hold besides its objects. git limits the objects itself, and says so to the client. */
const MAX_COMMANDS = 16 * 1024 * 1024;
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
    const child = spawn('git', ['http-backend'], {
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
    feed(req, child, this.#options.maxPushBytes + MAX_COMMANDS, abort);
    if (req.destroyed || res.destroyed) {
      abort('client');
    }
    try {
      const [status, answered] = await Promise.all([
        closed,
        relayAnswer(child.stdout, res),
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

/** Passes the request's body on to git, up to a size. */
function feed(
  req: Request,
  child: ChildProcessWithoutNullStreams,
  maxBytes: number,
  abort: (reason: AbortReason) => void,
): void {
  let size = 0;
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      abort('size');
    }
  });
  // git may answer before it has read everything; the rest of the request is then of no interest.
  child.stdin.on('error', () => {
    req.unpipe(child.stdin);
    req.resume();
  });
  req.pipe(child.stdin);
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
    ...(/^version=[0-2]$/.test(protocol) && { GIT_PROTOCOL: protocol }),
  };
  if (req.get('content-encoding') === 'gzip') {
    variables.HTTP_CONTENT_ENCODING = 'gzip';
  }
  const length = req.get('content-length');
  if (length && /^\d+$/.test(length)) {
    variables.CONTENT_LENGTH = length;
  }
  return gitEnvironment({
    variables,
    config: {
      'http.uploadpack': 'true',
      'http.receivepack': 'true',
      'http.getanyfile': 'false',
      'receive.fsckObjects': 'true',
      'receive.maxInputSize': String(options.maxPushBytes),
      'receive.denyDeleteCurrent': 'refuse',
    },
  });
}

/** Passes a CGI answer on, all but its end. False when there was none. */
async function relayAnswer(stdout: Readable, res: Response): Promise<boolean> {
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
      await drained(res);
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
function drained(res: Response): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.on('drain', done);
    res.on('close', done);
  });
}
