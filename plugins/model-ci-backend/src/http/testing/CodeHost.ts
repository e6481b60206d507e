import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HEAD } from './createUrlReader';

/** What is asked about a branch, a tag or a commit on each host, and how it answers with the commit. */
const QUESTIONS: Array<[RegExp, (sha: string) => unknown]> = [
  [
    /^\/repos\/[^/]+\/[^/]+\/commits\/(?:heads\/|tags\/)?(.+)\?per_page=1$/,
    sha => ({ sha, commit: { message: 'Fit the line\n\nAnd how.' } }),
  ],
  [
    /^\/projects\/.+\/repository\/(?:branches|tags)\/(.+)$/,
    id => ({ commit: { id } }),
  ],
  [
    /^\/api\/v1\/repos\/[^/]+\/[^/]+\/(?:branches|tags)\/(.+)$/,
    id => ({ commit: { id } }),
  ],
  [
    /^\/repositories\/[^/]+\/[^/]+\/refs\/(?:branches|tags)\/(.+)$/,
    hash => ({ target: { hash } }),
  ],
  [
    /^\/repositories\/[^/]+\/[^/]+\/commit\/([^/]+)$/,
    hash => ({ hash, message: 'Fit the line' }),
  ],
];

/**
 * Stands for the interfaces of GitHub, GitLab, Gitea and Bitbucket Cloud: every repository has the same branches, tags and
 * commits.
 */
export class CodeHost {
  readonly refs = new Map([
    ['main', HEAD],
    [HEAD, HEAD],
  ]);
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** Whether it ends every connection without an answer. */
  broken = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CodeHost> {
    const server = createServer();
    const host = new CodeHost(server);
    server.on('request', (req, res) => host.answer(req.url ?? '', res));
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return host;
  }

  get apiBaseUrl(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
    });
  }

  private answer(url: string, res: ServerResponse): void {
    const path = decodeURIComponent(url);
    this.asked.push(path);
    if (this.broken) {
      res.destroy();
      return;
    }
    const [ref, show] = QUESTIONS.flatMap(([question, answer]) => {
      const name = question.exec(path)?.[1];
      return name ? ([[name, answer]] as const) : [];
    }).at(0) ?? [undefined];
    const sha = ref && this.refs.get(ref);
    res.statusCode = sha ? 200 : 422;
    res.setHeader('content-type', 'application/json');
    res.end(
      JSON.stringify(
        sha && show
          ? show(sha)
          : { message: `No commit found for SHA: ${ref}` },
      ),
    );
  }
}
