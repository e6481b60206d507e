import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';
import type { FakeBuild } from './FakeBuild';
import { matches, shownParameters, type FakeJenkins } from './FakeJenkins';

const ROOT = '/jenkins';
const JOB = 'job/team/job/model-ci';
const ESCAPE = String.fromCharCode(27);
const NOTES = new RegExp(`${ESCAPE}\\[8mha:[A-Za-z0-9+/=]*${ESCAPE}\\[0m`, 'g');
/** `LargeText.MAX_LINES_READ` */
const PAGE_LINES = 10_000;

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** The remote API of a `FakeJenkins`, below a context path, with its job in a folder. */
export class JenkinsServer {
  readonly token = `11${randomUUID().replaceAll('-', '')}`;
  readonly password = 'a password';
  /** Sessions with their crumbs. */
  private readonly sessions = new Map<string, string>();
  private losing = 0;
  readonly calls: string[] = [];

  private constructor(
    readonly jenkins: FakeJenkins,
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(jenkins: FakeJenkins): Promise<JenkinsServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The server has no port');
    }
    const url = `http://127.0.0.1:${address.port}${ROOT}`;
    const served = new JenkinsServer(jenkins, server, url);
    server.on('request', (req, res) => {
      served.serve(req, res).catch(() => res.destroy());
    });
    return served;
  }

  /** The next build is started, and nobody learns of it. */
  loseAnswer(): void {
    this.losing++;
  }

  dropConnections(): void {
    this.server.closeAllConnections();
  }

  endSessions(): void {
    this.sessions.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.jenkins.dispose();
  }

  private async serve(
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    const url = new URL(req.url ?? '/', this.url);
    const call: Call = {
      method: req.method ?? 'GET',
      path: url.pathname.slice(ROOT.length + 1),
      query: url.searchParams,
      body: await text(req),
    };
    this.calls.push(`${call.method} ${call.path}`);
    const answer = await this.answer(call, req);
    if (call.path === `${JOB}/buildWithParameters` && this.losing > 0) {
      this.losing--;
      res.destroy();
      return;
    }
    res.writeHead(answer.status, answer.headers);
    res.end(answer.body);
  }

  private async answer(call: Call, req: IncomingMessage): Promise<Answer> {
    if (this.jenkins.isDown) {
      return page(503, 'Jenkins is getting ready to work');
    }
    const refusal = this.refuse(call, req);
    if (refusal) {
      return refusal;
    }
    const [, prefix, id, rest] =
      /^(job\/team\/job\/model-ci)\/(\d+)\/(.*)$/.exec(call.path) ?? [];
    if (prefix) {
      const build = this.jenkins.builds.get(Number(id));
      return build
        ? await this.answerBuild(build, rest, call)
        : page(404, 'Not Found');
    }
    return call.method === 'POST' ? this.act(call) : this.show(call);
  }

  /** API tokens need no crumb; a password does, and the session that it was given to. */
  private refuse(call: Call, req: IncomingMessage): Answer | undefined {
    const basic = (secret: string) =>
      `Basic ${Buffer.from(`model-ci:${secret}`).toString('base64')}`;
    if (req.headers.authorization === basic(this.token)) {
      return undefined;
    }
    if (req.headers.authorization !== basic(this.password)) {
      return page(401, 'Invalid password/token for user: model-ci');
    }
    if (call.path === 'crumbIssuer/api/json') {
      const [session, crumb] = [randomUUID(), randomUUID()];
      this.sessions.set(session, crumb);
      return json(
        { crumb, crumbRequestField: 'Jenkins-Crumb' },
        { 'Set-Cookie': `JSESSIONID.x=${session}; Path=/; HttpOnly` },
      );
    }
    const session = /JSESSIONID\.x=([\w-]+)/.exec(
      req.headers.cookie ?? '',
    )?.[1];
    const crumb = session && this.sessions.get(session);
    return call.method === 'POST' &&
      (!crumb || req.headers['jenkins-crumb'] !== crumb)
      ? page(403, 'No valid crumb was included in the request')
      : undefined;
  }

  private show({ path, query }: Call): Answer {
    const { jenkins } = this;
    const item = /^queue\/item\/(\d+)\/api\/json$/.exec(path);
    const label = /^label\/([^/]+)\/api\/json$/.exec(path);
    if (path === `${JOB}/api/json` && jenkins.declared) {
      return this.showJob(query.get('tree') ?? '');
    }
    if (path === 'queue/api/json') {
      return json({ items: jenkins.queue.map(one => this.showItem(one.id)) });
    }
    if (item) {
      const shown = this.showItem(Number(item[1]));
      return shown ? json(shown) : page(404, 'Not Found');
    }
    if (path === 'computer/api/json') {
      return json({
        computer: jenkins.agents.map(({ name, offline }) => ({
          displayName: name,
          offline: offline !== undefined,
          offlineCauseReason: offline ?? '',
        })),
      });
    }
    if (label) {
      return this.showLabel(decodeURIComponent(label[1]));
    }
    return page(404, 'Not Found');
  }

  private showJob(tree: string): Answer {
    const range = /allBuilds.*\{(\d+),(\d+)\}$/.exec(tree);
    if (!range) {
      const definitions = (this.jenkins.declared ?? []).map(name => ({ name }));
      return json({
        buildable: true,
        property: [{}, { parameterDefinitions: definitions }],
      });
    }
    const builds = [...this.jenkins.builds.values()].sort(
      (a, b) => b.number - a.number,
    );
    return json({
      allBuilds: builds
        .slice(Number(range[1]), Number(range[2]))
        .map(build => this.showBuild(build)),
    });
  }

  private showBuild(build: FakeBuild) {
    return {
      number: build.number,
      // Some plugin's idea of a state
      building: this.jenkins.unknown.has(build.attemptId)
        ? 'PAUSED'
        : build.building,
      result: build.result,
      description: build.description,
      displayName: build.displayName,
      actions: [{}, { parameters: shownParameters(build.parameters) }, {}],
    };
  }

  private showItem(id: number) {
    const { jenkins } = this;
    const item = jenkins.queue.find(candidate => candidate.id === id);
    const left = item ? undefined : jenkins.findLeft(id);
    const { parameters, build } = item ?? left?.item ?? {};
    if (!item && !left) {
      return undefined;
    }
    const url = build
      ? `${JOB}/${build.number}/`
      : `http://127.0.0.1/jenkins/${JOB}/`;
    return {
      id,
      why: item ? jenkins.why(item) : null,
      actions: [parameters ? { parameters: shownParameters(parameters) } : {}],
      task: { url },
      ...(left && {
        cancelled: left.cancelled,
        executable: left.number === undefined ? null : { number: left.number },
      }),
    };
  }

  private showLabel(label: string): Answer {
    const agents = this.jenkins.agents.filter(agent => matches(agent, label));
    const sum = (of: 'busy' | 'executors') =>
      agents.reduce((total, agent) => total + agent[of], 0);
    return json({
      nodes: agents.map(({ name }) => ({ nodeName: name })),
      busyExecutors: sum('busy'),
      totalExecutors: sum('executors'),
    });
  }

  private act({ path, query, body }: Call): Answer {
    const { jenkins } = this;
    switch (path) {
      case 'job/team/createItem': {
        if (jenkins.declared) {
          return page(400, 'A job already exists with the name ‘model-ci’');
        }
        const names = body.matchAll(/<name>(\w+)<\/name>/g);
        jenkins.declared = [...names].map(([, name]) => name);
        return { status: 200 };
      }
      case 'queue/cancelItem':
        return {
          status: jenkins.cancelItem(Number(query.get('id'))) ? 204 : 404,
        };
      case `${JOB}/buildWithParameters`: {
        const given = new URLSearchParams(body);
        const { id, isCreated } = jenkins.schedule(
          // What is not declared is dropped without a word
          Object.fromEntries(
            (jenkins.declared ?? []).map(name => [name, given.get(name) ?? '']),
          ),
        );
        return {
          status: isCreated ? 201 : 303,
          headers: { Location: `${this.url}/queue/item/${id}/` },
        };
      }
      default:
        return page(404, 'Not Found');
    }
  }

  private async answerBuild(
    build: FakeBuild,
    rest: string,
    { method, query, body }: Call,
  ): Promise<Answer> {
    if (method === 'GET' && rest === 'api/json') {
      return json(this.showBuild(build));
    }
    if (method === 'GET' && rest === 'logText/progressiveText') {
      return progressiveText(build, Number(query.get('start') ?? 0));
    }
    switch (method === 'POST' ? rest : undefined) {
      case 'stop':
      case 'term':
      case 'kill':
        await build.interrupt(
          rest === 'stop' || rest === 'term' ? rest : 'kill',
          'Aborted by model-ci',
        );
        return { status: 302, headers: { Location: './' } };
      case 'submitDescription':
        build.description = new URLSearchParams(body).get('description');
        return { status: 302, headers: { Location: '.' } };
      case 'doDelete':
        this.jenkins.builds.delete(build.number);
        return { status: 302, headers: { Location: '..' } };
      default:
        return page(404, 'Not Found');
    }
  }
}

/** As `LargeText` and `AnnotatedLargeText`: whole lines while it grows; sizes are those before notes are taken out. */
function progressiveText(build: FakeBuild, asked: number): Answer {
  const { log } = build;
  const isComplete = !build.building && build.isLogComplete;
  const start = asked > log.length ? 0 : asked;
  let end = isComplete ? log.length : start;
  for (let lines = 0; !isComplete && lines < PAGE_LINES; lines++) {
    const next = log.indexOf('\n', end);
    if (next < 0) {
      break;
    }
    end = next + 1;
  }
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/plain;charset=UTF-8',
      'X-Text-Size': String(end),
      ...(!isComplete && { 'X-More-Data': 'true' }),
    },
    body: log.subarray(start, end).toString().replace(NOTES, ''),
  };
}

function json(body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

function page(status: number, words: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/html;charset=utf-8' },
    body: `<!DOCTYPE html><html><head><title>Jenkins</title><style>body{}</style></head><body><h1>${words}</h1></body></html>`,
  };
}
