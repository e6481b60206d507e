import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { type AttemptSpec, FETCHER_HEADER } from '../executor';
import { workspacePath } from '../workspace';

const FETCHER = FETCHER_HEADER.toLowerCase();

/**
 * Stands for the backend's `/transfers`, for suites of executors that fetch and upload by URL. Keeps all in memory, and
 * sends whoever fetches on, as the backend does where its store is a bucket.
 */
export class TransferServer {
  /** What uploads are answered with while it is set, as by a portal whose disk is full. */
  uploadStatus?: number;
  private readonly open = new Map<string, () => Promise<Readable>>();
  private readonly stored = new Map<string, Buffer>();
  private readonly uploads = new Set<string>();
  private readonly secrets = new Map<string, Record<string, string>>();
  /** Who asked first, by token. */
  private readonly fetchers = new Map<string, string>();

  private constructor(
    private readonly server: Server,
    private readonly baseUrl: string,
  ) {}

  /** `host`: the name by which jobs reach this machine. */
  static async start(host = '127.0.0.1'): Promise<TransferServer> {
    const server = createServer();
    server.listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The server has no port');
    }
    const { port } = address;
    const transfers = new TransferServer(server, `http://${host}:${port}`);
    server.on('request', (req, res) => {
      const [token, direct] = (req.url ?? '').slice(1).split('/');
      if (req.method === 'GET' && direct === undefined) {
        const location = `${transfers.baseUrl}/${token}/direct`;
        res.writeHead(302, { Location: location }).end();
        return;
      }
      if (req.method === 'PUT' && transfers.uploadStatus !== undefined) {
        const status = transfers.uploadStatus;
        req.resume().on('end', () => res.writeHead(status).end());
        return;
      }
      const answer = transfers.answer(req, token);
      answer
        .then(
          async body => {
            res.statusCode = req.method === 'PUT' ? 201 : 200;
            await pipeline(body, res);
          },
          error => {
            res.statusCode = 403;
            res.end(String(error));
          },
        )
        .catch(() => res.destroy());
    });
    return transfers;
  }

  /** What the backend asks for, with signed URLs. */
  sign(spec: AttemptSpec): AttemptSpec {
    return {
      ...spec,
      workspace: spec.workspace.map(part => ({
        ...part,
        signUrl: async () => this.url(token => this.open.set(token, part.open)),
      })),
      ...(spec.secrets && {
        signSecrets: async () =>
          this.url(token => this.secrets.set(token, spec.secrets ?? {})),
      }),
      uploads: plainPaths(spec.results ?? []).map(path => ({
        path,
        signUrl: async () => this.url(token => this.uploads.add(token)),
      })),
    };
  }

  async openStored(digest: string): Promise<Readable> {
    return Readable.from([this.stored.get(digest) ?? Buffer.alloc(0)]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
  }

  private url(register: (token: string) => void) {
    const token = randomUUID();
    register(token);
    return {
      url: `${this.baseUrl}/${token}`,
      expiresAt: '9999-01-01T00:00:00Z',
    };
  }

  private async answer(req: IncomingMessage, token: string): Promise<Readable> {
    switch (req.method) {
      case 'PUT':
        return await this.put(token, req);
      case 'POST':
        return await this.handOver(token, `${req.headers[FETCHER]}`);
      default:
        return await this.get(token);
    }
  }

  private async get(token: string): Promise<Readable> {
    const open = this.open.get(token);
    if (!open) {
      throw new Error('There is no such transfer');
    }
    return await open();
  }

  private async handOver(token: string, fetcher: string): Promise<Readable> {
    const secrets = this.secrets.get(token);
    const first = this.fetchers.get(token) ?? fetcher;
    this.fetchers.set(token, first);
    if (!secrets || first !== fetcher || !/^[0-9a-f]{32,}$/.test(fetcher)) {
      throw new Error('There is no such transfer, or not for you');
    }
    const lines = Object.entries(secrets).map(
      ([name, value]) =>
        `export '${`${name}=${value}`.replaceAll("'", `'\\''`)}'\n`,
    );
    return Readable.from([lines.join('')]);
  }

  private async put(token: string, body: Readable): Promise<Readable> {
    if (!this.uploads.has(token)) {
      throw new Error('There is no such transfer');
    }
    const content = await buffer(body);
    const digest = `sha256:${createHash('sha256')
      .update(content)
      .digest('hex')}`;
    this.stored.set(digest, content);
    return Readable.from([JSON.stringify({ digest, size: content.length })]);
  }
}

/** The backend asks for paths inside the workspace only. */
function plainPaths(paths: string[]): string[] {
  return paths.flatMap(path => {
    try {
      return [workspacePath(path) || '.'];
    } catch {
      return [];
    }
  });
}
