import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  postgresDatabase,
  sqliteDatabase,
  type PortalDatabase,
} from './database';

/** The folder of the workspace. */
export const root = path.resolve(
  require.resolve('../package.json'),
  '../../..',
);

/** Port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('The system gave no port');
  }
  return address.port;
}

/** What waiting does not mend. */
class EndedError extends Error {}

/** Asks until the answer is not undefined; the last error is thrown when the time is over. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  options: { seconds: number },
): Promise<T> {
  const deadline = Date.now() + options.seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) {
        return answer;
      }
      last = undefined;
    } catch (error) {
      if (error instanceof EndedError) {
        throw error;
      }
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${options.seconds} s in vain for ${what}`, {
        cause: last,
      });
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

export interface PortalOptions {
  /** Data in SQLite files, unless a PostgreSQL is named. */
  postgres?: string;
  /** File that starts the backend; by default the one that `npm start` runs. */
  backend?: string;
  /** Added to app-config.yaml; it may depend on the port that the portal was given. */
  config?: object | ((port: number) => object);
  /** Rejects, or answers undefined, while the portal cannot be used yet. */
  isReady?(portal: Portal): Promise<true | undefined>;
}

/**
 * A portal of its own: the backend as `npm start` runs it, unless asked otherwise, with its data in a temporary folder.
 */
export class Portal {
  private backend: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    readonly port: number,
    private readonly database: PortalDatabase,
    private readonly options: PortalOptions,
  ) {}

  static async create(options: PortalOptions = {}): Promise<Portal> {
    const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'model-ci-e2e-'));
    const database = options.postgres
      ? postgresDatabase(options.postgres)
      : sqliteDatabase(directory);
    const portal = new Portal(directory, await freePort(), database, options);
    await fs.writeFile(
      path.join(directory, 'app-config.yaml'),
      JSON.stringify({
        // Pages of versions before this one are nobody's here, so they need not be stored in the database.
        app: { baseUrl: portal.url, disableStaticFallbackCache: true },
        backend: {
          baseUrl: portal.url,
          listen: { port: portal.port, host: '127.0.0.1' },
          cors: { origin: portal.url },
          database: database.config,
        },
        modelCi: {
          storage: { directory: path.join(directory, 'artifacts') },
          executors: {
            process: { directory: path.join(directory, 'process') },
          },
          git: { directory: path.join(directory, 'git') },
        },
      }),
    );
    await fs.writeFile(
      path.join(directory, 'app-config.more.yaml'),
      JSON.stringify(
        typeof options.config === 'function'
          ? options.config(portal.port)
          : options.config ?? {},
      ),
    );
    return portal;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get logFile(): string {
    return path.join(this.directory, 'portal.log');
  }

  async start(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const backend = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        this.options.backend ?? 'src/index.ts',
        '--config',
        path.join(root, 'app-config.yaml'),
        '--config',
        path.join(this.directory, 'app-config.yaml'),
        '--config',
        path.join(this.directory, 'app-config.more.yaml'),
      ],
      {
        cwd: path.join(root, 'packages/backend'),
        env: { ...process.env, NODE_ENV: 'development', LOG_LEVEL: 'debug' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    backend.stdout?.pipe(log, { end: false });
    backend.stderr?.pipe(log, { end: false });
    this.backend = backend;
    await until(
      'the portal to be ready',
      async () => {
        if (backend.exitCode !== null) {
          throw new EndedError(
            `The backend ended with ${
              backend.exitCode
            }; its log: ${await this.tail()}`,
          );
        }
        const answer = await fetch(
          `${this.url}/.backstage/health/v1/readiness`,
        );
        return answer.ok || undefined;
      },
      { seconds: 120 },
    );
    const { isReady = knowsGuest } = this.options;
    await until('the catalog to know its users', () => isReady(this), {
      seconds: 60,
    });
  }

  /** Ends the backend as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Leaves nothing behind: what was deployed outlives a backend, so it is ended here. */
  async remove(): Promise<void> {
    const services = path.join(this.directory, 'process/services');
    for (const name of await fs.readdir(services).catch(() => [])) {
      const pid = await fs
        .readFile(path.join(services, name, 'pid'), 'utf8')
        .catch(() => '');
      endGroup(Number.parseInt(pid, 10));
    }
    await this.database.drop();
    await fs.rm(this.directory, { recursive: true, force: true });
  }

  /** The end of the backend's log. */
  async tail(bytes = 6000): Promise<string> {
    const text = await fs.readFile(this.logFile, 'utf8').catch(() => '');
    return text.slice(-bytes);
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const backend = this.backend;
    this.backend = undefined;
    if (backend && backend.exitCode === null && backend.signalCode === null) {
      const exited = once(backend, 'exit');
      backend.kill(signal);
      await exited;
    }
  }
}

/** Kills a group of processes, if it is there. */
function endGroup(leader: number): void {
  if (leader > 1) {
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

async function readGuestSession(url: string): Promise<{
  token: string;
  identity: { ownershipEntityRefs: string[] };
}> {
  const answer = await fetch(`${url}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  return (await answer.json()).backstageIdentity;
}

async function knowsGuest({ url }: Portal): Promise<true | undefined> {
  const { identity } = await readGuestSession(url);
  return (
    identity.ownershipEntityRefs.some(ref => ref.startsWith('group:')) ||
    undefined
  );
}

/** Calls the portal's HTTP interface with the token of a user. */
export class User {
  constructor(private readonly portal: Portal, readonly token: string) {}

  static async guest(portal: Portal): Promise<User> {
    const { token } = await readGuestSession(portal.url);
    return new User(portal, token);
  }

  /** Whatever the answer is. */
  async fetch(
    method: string,
    path_: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response> {
    return await fetch(`${this.portal.url}${path_}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Rejects where the answer is an error. */
  async request(
    method: string,
    path_: string,
    body?: unknown,
  ): Promise<Response> {
    const answer = await this.fetch(method, path_, body);
    if (!answer.ok) {
      throw new Error(
        `${method} ${path_} answered ${answer.status}: ${await answer.text()}`,
      );
    }
    return answer;
  }

  async get<T>(path_: string): Promise<T> {
    return (await this.request('GET', path_)).json() as Promise<T>;
  }

  async post<T>(path_: string, body: unknown): Promise<T> {
    return (await this.request('POST', path_, body)).json() as Promise<T>;
  }

  async text(path_: string): Promise<string> {
    return (await this.request('GET', path_)).text();
  }
}
