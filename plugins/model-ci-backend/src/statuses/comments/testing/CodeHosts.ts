import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Host = 'github' | 'gitlab' | 'gitea' | 'bitbucket';

interface Comment {
  id: number;
  text: string;
  deleted?: boolean;
}

/** Paths of the comments of one request, as each host documents them. */
const LISTS: Record<Host, RegExp> = {
  // https://docs.github.com/en/rest/issues/comments
  github: /^\/repos\/acme\/models\/issues\/(\d+)\/comments$/,
  // https://docs.gitlab.com/api/notes/#merge-requests
  gitlab: /^\/projects\/acme%2Fmodels\/merge_requests\/(\d+)\/notes$/,
  // https://docs.gitea.com/api/: issueCreateComment, issueGetComments
  gitea: /^\/api\/v1\/repos\/acme\/models\/issues\/(\d+)\/comments$/,
  // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
  bitbucket: /^\/repositories\/acme\/models\/pullrequests\/(\d+)\/comments$/,
};
const EDITS: Record<Host, [method: string, path: RegExp]> = {
  github: ['PATCH', /^\/repos\/acme\/models\/issues\/comments\/(\d+)$/],
  gitlab: [
    'PUT',
    /^\/projects\/acme%2Fmodels\/merge_requests\/\d+\/notes\/(\d+)$/,
  ],
  gitea: ['PATCH', /^\/api\/v1\/repos\/acme\/models\/issues\/comments\/(\d+)$/],
  bitbucket: [
    'PUT',
    /^\/repositories\/acme\/models\/pullrequests\/\d+\/comments\/(\d+)$/,
  ],
};
/** By which header each takes a token. */
const TOKENS: Record<Host, [header: string, value: RegExp]> = {
  github: ['authorization', /t1/],
  gitlab: ['authorization', /^Bearer t2$/],
  gitea: ['authorization', /t3/],
  bitbucket: ['authorization', /^Basic /],
};

/** The comments of four code hosts, written from what they publish about their APIs. */
export class CodeHosts {
  readonly comments = new Map<Host, Comment[]>();
  readonly calls: string[] = [];
  /** Answered in the place of what is done; what is asked for is done nevertheless where it is lost. */
  refusal?: { status: number; isDone: boolean };
  #server?: Server;
  #last = 0;

  async start(): Promise<string> {
    this.#server = createServer(async (req, res) => {
      const url = new URL(req.url ?? '/', 'http://host');
      const body = await text(req);
      this.calls.push(`${req.method} ${url.pathname}`);
      if (this.refusal && !this.refusal.isDone) {
        res.writeHead(this.refusal.status).end('{}');
        return;
      }
      const answer = this.#answer(req.method ?? '', url, {
        headers: req.headers,
        body: body ? JSON.parse(body) : undefined,
      });
      const { status, json } = this.refusal
        ? { status: this.refusal.status, json: {} }
        : answer;
      reply(res, status, json);
    });
    await new Promise<void>(resolve => {
      this.#server?.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  reset(): void {
    this.comments.clear();
    this.calls.length = 0;
    this.refusal = undefined;
  }

  of(host: Host): Comment[] {
    const comments = this.comments.get(host) ?? [];
    this.comments.set(host, comments);
    return comments;
  }

  /** What somebody else says. */
  say(host: Host, said: string): void {
    this.of(host).push({ id: (this.#last += 1), text: said });
  }

  #answer(
    method: string,
    url: URL,
    asked: {
      headers: Record<string, unknown>;
      body?: { body?: string; content?: { raw: string } };
    },
  ): { status: number; json: unknown } {
    for (const host of Object.keys(LISTS) as Host[]) {
      const [edit, one] = EDITS[host];
      const isList = LISTS[host].test(url.pathname);
      const id = Number(url.pathname.match(one)?.[1]);
      if (!isList && !id) {
        continue;
      }
      const [header, token] = TOKENS[host];
      if (!token.test(String(asked.headers[header]))) {
        return { status: 401, json: {} };
      }
      const said =
        host === 'bitbucket' ? asked.body?.content?.raw : asked.body?.body;
      if (isList && method === 'GET') {
        return { status: 200, json: this.#list(host, url) };
      }
      if (!said) {
        return { status: 422, json: {} };
      }
      if (isList && method === 'POST') {
        this.say(host, said);
        return { status: 201, json: show(host, this.of(host).at(-1)) };
      }
      const found = this.of(host).find(own => own.id === id && !own.deleted);
      if (method === edit && found) {
        found.text = said;
        return { status: 200, json: show(host, found) };
      }
      return { status: 404, json: {} };
    }
    return { status: 404, json: {} };
  }

  #list(host: Host, { searchParams }: URL): unknown {
    const size = Number(
      searchParams.get(host === 'bitbucket' ? 'pagelen' : 'per_page') ??
        Infinity,
    );
    const page = Number(searchParams.get('page') ?? 1);
    const from = size === Infinity ? 0 : (page - 1) * size;
    const items = this.of(host)
      .slice(from, from + size)
      .map(own => show(host, own));
    return host === 'bitbucket' ? { values: items, page } : items;
  }
}

function show(host: Host, comment: Comment | undefined): unknown {
  const { deleted, id, text: said } = comment ?? { id: 0, text: '' };
  return host === 'bitbucket'
    ? { id, content: { raw: said, markup: 'markdown' }, deleted: !!deleted }
    : { id, body: said };
}

function reply(res: ServerResponse, status: number, json: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(json));
}
