import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import request from 'supertest';
import { REASON_TEXTS } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { absentUsers } from '../http/testing/absentUsers';
import { CLIENT_FILE } from '../http/clientRoutes';
import { entityFile, HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const DEFINITION = `version: 1
stages:
  train: { run: 'true', image: busybox }
  evaluate:
    run: 'true'
    image: busybox
    reports: { metrics: metrics.json }
    gates: [{ metric: rmse, max: 30 }]
`;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The Pythons that the client is tried with: those that are named, which have to be there, or what this machine has. */
const PYTHONS = process.env.MODEL_CI_TEST_PYTHONS
  ? process.env.MODEL_CI_TEST_PYTHONS.split(' ')
  : ['python3', 'python3.8', 'python3.12'].filter(isThere);

function isThere(python: string): boolean {
  try {
    execFileSync(python, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`Not tested with ${python}: it is not installed\n`);
    return false;
  }
}

/** What a fault does to a request; false lets it through to the portal. */
type Fault = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Stands between the client and the portal, and does to requests what networks do. */
class HostileProxy {
  fault: Fault = () => false;
  readonly seen: Array<{
    method: string;
    url: string;
    authorization?: string;
  }> = [];

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<HostileProxy> {
    const server = createServer();
    const proxy = new HostileProxy(server, target);
    server.on('request', (req, res) => proxy.handle(req, res));
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
    });
  }

  /** Does something to the next requests that match, and lets the others through. */
  failTimes(times: number, matching: RegExp, fault: Fault): void {
    let left = times;
    this.fault = (req, res) => {
      const hit = matching.test(`${req.method} ${req.url}`) && left > 0;
      left -= hit ? 1 : 0;
      return hit && fault(req, res);
    };
  }

  private handle(req: IncomingMessage, res: ServerResponse): void {
    const { method = '', url = '', headers } = req;
    this.seen.push({ method, url, authorization: headers.authorization });
    if (this.fault(req, res)) {
      return;
    }
    const forwarded = httpRequest(
      { port: this.target, method, path: url, headers },
      answer => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    forwarded.on('error', () => res.destroy());
    req.pipe(forwarded);
  }
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  (req, res) => {
    req.resume();
    res.writeHead(status, headers);
    res.end(body);
    return true;
  };

async function untilThere(path: string): Promise<void> {
  while (!existsSync(path)) {
    await new Promise(resolve => {
      setTimeout(resolve, 50);
    });
  }
}

describe('The client in Python', () => {
  let portal: TestPortal;
  let proxy: HostileProxy;
  let token: string;
  let folder: string;
  let builds = 0;
  let python = 'python3';

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      features: [absentUsers],
      files: {
        'catalog-info.yaml': entityFile('mine'),
        'model-pipeline.yaml': DEFINITION,
      },
    });
    proxy = await HostileProxy.start(portal.backend.server.port());
    ({ token } = await portal.client.createToken(REF, {
      name: 'tests',
      actions: ['report', 'gate', 'artifact', 'deploy'],
    }));
  }, 60_000);

  afterAll(async () => {
    await proxy?.stop();
    await portal?.stop();
  });

  beforeEach(async () => {
    builds += 1;
    proxy.fault = () => false;
    proxy.seen.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'model-ci-client-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function environment(more: Record<string, string> = {}) {
    return {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      MODEL_CI_URL: proxy.url,
      MODEL_CI_TOKEN: token,
      MODEL_CI_PIPELINE: 'default/mine',
      MODEL_CI_PROVIDER: 'tests',
      MODEL_CI_BUILD_ID: String(builds),
      MODEL_CI_COMMIT: HEAD,
      MODEL_CI_REF: 'main',
      MODEL_CI_MESSAGE: 'Fit the line',
      MODEL_CI_PATIENCE: '20',
      ...more,
    };
  }

  /** Runs the client in the folder of the test. */
  async function run(
    args: string[],
    more: Record<string, string> = {},
    client = [CLIENT_FILE],
  ): Promise<Ended> {
    const child = spawn(python, [...client, ...args], {
      cwd: folder,
      env: environment(more),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => err.push(chunk));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const texts = [out, err].map(chunks => Buffer.concat(chunks).toString());
    return { code, out: texts[0], err: texts[1] };
  }

  const write = async (path: string, content: string | Buffer) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };

  const theRun = async () => {
    const { items } = await portal.client.listRuns({ pipelineRef: REF });
    const own = items.find(({ ci }) => ci?.buildId === String(builds));
    return await portal.client.getRun(own?.id ?? 'none');
  };

  describe.each(PYTHONS)('in %s', version => {
    beforeAll(() => {
      python = version;
    });
    afterAll(() => {
      python = 'python3';
    });

    it('reports a whole build', async () => {
      await write('metrics.json', '{"rmse": 12.5}');
      await write('out/model.bin', 'weights');
      const script = 'echo hello; echo again >&2';
      const command = ['--', 'sh', '-c', script];
      const trained = await run([
        'run',
        '--stage',
        'train',
        '--artifact',
        'model=out',
        ...command,
      ]);
      expect(trained).toMatchObject({ code: 0 });
      expect(trained.out).toContain('hello\nagain\n');
      const reported = await run([
        'report',
        '--stage',
        'evaluate',
        'metrics=metrics.json',
      ]);
      expect(reported).toMatchObject({ code: 0 });
      const gate = await run(['gate', '--stage', 'evaluate']);
      expect(gate).toMatchObject({ code: 0 });
      expect(gate.out).toContain('PASS         rmse: ');
      expect(await run(['finish'])).toMatchObject({ code: 0 });
      const shown = await theRun();
      expect(shown).toMatchObject({
        status: 'succeeded',
        ci: { provider: 'tests' },
      });
      expect(shown.version).toBeDefined();
      expect(shown.stages.map(({ name }) => name)).toEqual([
        'train',
        'evaluate',
      ]);
      const log = await portal.client.readLog(shown.id, 'train');
      expect(log.text).toBe('hello\nagain\n');
      expect(shown.stages[0].artifacts).toEqual([
        expect.objectContaining({ name: 'model', path: 'out' }),
      ]);
      // No executor of these tests hosts services, which is what the portal says.
      const deployed = await run(['deploy', '--environment', 'staging']);
      expect(deployed.code).toBe(65);
      expect(deployed.err).toMatch(/The portal answers 409: /);
    });

    it('gets through answers that come later, and waits as long as it is told', async () => {
      await write('metrics.json', '{"rmse": 12.5}');
      proxy.failTimes(
        2,
        /external-runs/,
        answering(503, 'later', { 'Retry-After': '1' }),
      );
      const before = Date.now();
      const { code } = await run([
        'report',
        '--stage',
        'evaluate',
        'metrics=metrics.json',
      ]);
      expect(code).toBe(0);
      expect(Date.now() - before).toBeGreaterThan(1900);
    });

    it.each<[string, Fault]>([
      ['500', answering(500, '{"error": {"message": "oops"}}')],
      [
        'something that is no JSON',
        answering(200, '<html>', { 'Content-Type': 'text/html' }),
      ],
      [
        'a cut connection',
        req => {
          req.socket.destroy();
          return true;
        },
      ],
      [
        'half an answer',
        (req, res) => {
          req.resume();
          res.writeHead(200, { 'Content-Length': '100' });
          res.write('{"a');
          setImmediate(() => res.destroy());
          return true;
        },
      ],
      [
        'an answer in single bytes',
        (req, res) => {
          req.resume();
          const body = [...'{"error": {"message": "slowly"}}'];
          res.writeHead(500);
          const drip = () => {
            const byte = body.shift();
            if (byte === undefined) {
              res.end();
            } else {
              res.write(byte);
              setTimeout(drip, 5);
            }
          };
          drip();
          return true;
        },
      ],
    ])('gets through %s', async (_, fault) => {
      await write('metrics.json', '{"rmse": 12.5}');
      proxy.failTimes(2, /PUT|POST/, fault);
      const reported = await run([
        'report',
        '--stage',
        'evaluate',
        'metrics=metrics.json',
      ]);
      expect(reported).toMatchObject({ code: 0 });
      expect(await run(['gate', '--stage', 'evaluate'])).toMatchObject({
        code: 0,
      });
    });

    it('goes on with an upload that is cut in the middle, and does not send again what has arrived', async () => {
      await write('model.bin', Buffer.alloc(20 * 1024 * 1024, 'w'));
      let bytes = 0;
      let left = 2;
      proxy.fault = (req, res) => {
        if (req.method !== 'PUT') {
          return false;
        }
        req.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        // Of the second part half arrives, twice.
        const isSecond = /^bytes [1-9]/.test(
          String(req.headers['content-range']),
        );
        if (isSecond && left > 0) {
          left -= 1;
          let seen = 0;
          req.on('data', (chunk: Buffer) => {
            seen += chunk.length;
            if (seen > 1024 * 1024) {
              res.destroy();
              req.socket.destroy();
            }
          });
          return true;
        }
        return false;
      };
      const { code } = await run([
        'artifact',
        '--stage',
        'train',
        'model=model.bin',
      ]);
      expect(code).toBe(0);
      expect(bytes).toBeLessThan(30 * 1024 * 1024);
      await run(['gate', '--stage', 'train']);
      const [artifact] = await portal.client.listArtifacts((await theRun()).id);
      expect(artifact.size).toBeGreaterThan(20 * 1024 * 1024);
    });

    it('says so at once where an artifact is too large, and does not try again', async () => {
      await write('model.bin', 'weights');
      proxy.failTimes(
        99,
        /PUT/,
        answering(
          413,
          '{"error": {"message": "is too large: at most 10 bytes"}}',
        ),
      );
      const { code, err } = await run([
        'artifact',
        '--stage',
        'train',
        'model=model.bin',
      ]);
      expect(code).toBe(65);
      expect(err).toContain(
        'The portal answers 413: is too large: at most 10 bytes',
      );
      expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(
        1,
      );
    });

    it('asks again where no answer comes', async () => {
      await write('metrics.json', '{"rmse": 12.5}');
      const silent: Fault = () => true;
      proxy.failTimes(1, /PUT/, silent);
      const impatient = [
        'import sys',
        `sys.path.insert(0, ${JSON.stringify(dirname(CLIENT_FILE))})`,
        'import model_ci',
        'model_ci.REQUEST_SECONDS = 1',
        'sys.exit(model_ci.main(sys.argv[1:]))',
      ].join('; ');
      const reported = await run(
        ['report', '--stage', 'evaluate', 'metrics=metrics.json'],
        {},
        ['-c', impatient],
      );
      expect(reported).toMatchObject({ code: 0 });
      expect(reported.err).toContain('trying again');
      const puts = proxy.seen.filter(({ method }) => method === 'PUT');
      expect(puts.length).toBeGreaterThan(1);
    });

    it('ends with 69 where the portal stays away, which is no verdict', async () => {
      proxy.fault = answering(502, 'bad gateway');
      const { code, err } = await run(['gate', '--stage', 'train'], {
        MODEL_CI_PATIENCE: '1',
      });
      expect(code).toBe(69);
      expect(err).toMatch(/The portal answers 502: .*tried \d+ time/);
    });

    it('runs a command while the portal is away, and reports it at its end', async () => {
      proxy.fault = answering(503, 'away');
      const script =
        'echo while away; touch started; until [ -e go ]; do sleep 0.1; done; echo then';
      const running = run(
        ['run', '--stage', 'train', '--', 'sh', '-c', script],
        {
          MODEL_CI_PATIENCE: '3',
        },
      );
      await untilThere(join(folder, 'started'));
      proxy.fault = () => false;
      await write('go', '');
      expect(await running).toMatchObject({ code: 0 });
      const log = await portal.client.readLog((await theRun()).id, 'train');
      expect(log.text).toBe('while away\nthen\n');
    });
  });

  it('ends with 1 where a gate fails, and with the code of a command that fails', async () => {
    await write('metrics.json', '{"rmse": 31}');
    const report = ['--report', 'metrics=metrics.json'];
    const gate = await run([
      'run',
      '--stage',
      'evaluate',
      ...report,
      '--',
      'true',
    ]);
    expect(gate.code).toBe(1);
    expect(gate.out).toContain('FAIL         rmse: ');
    const failed = await run([
      'run',
      '--stage',
      'train',
      '--',
      'sh',
      '-c',
      'exit 7',
    ]);
    expect(failed.code).toBe(7);
    const [, train] = (await theRun()).stages;
    expect(train.attempts[0].exitCode).toBe(7);
    expect(await run(['finish'])).toMatchObject({ code: 1 });
  });

  it.each([
    ['no command', ['run', '--stage', 'x']],
    ['an unknown kind', ['report', 'nonsense=x']],
    ['no subcommand', []],
    ['an unknown option', ['gate', '--unknown']],
  ])('ends with 64 for %s', async (_, args) => {
    const { code, err } = await run(args);
    expect(code).toBe(64);
    expect(err).not.toContain('Traceback');
  });

  it('names what is missing in the environment, and what is wrong with an address', async () => {
    const missing = await run(['gate'], {
      MODEL_CI_TOKEN: '',
      MODEL_CI_PIPELINE: '',
    });
    expect(missing).toMatchObject({ code: 64 });
    expect(missing.err).toContain('Set MODEL_CI_TOKEN, MODEL_CI_PIPELINE');
    const wrong = await run(['gate'], { MODEL_CI_URL: 'portal.example' });
    expect(wrong).toMatchObject({ code: 64 });
    expect(wrong.err).toContain('https://portal.example');
  });

  it('ends with 77 for a wrong token before the command runs', async () => {
    const { code, err, out } = await run(
      ['run', '--stage', 'train', '--', 'echo', 'ran'],
      { MODEL_CI_TOKEN: `mci_${'0'.repeat(16)}_${'a'.repeat(43)}` },
    );
    expect([code, out]).toEqual([77, '']);
    expect(err).toContain('create one on the page of the pipeline');
  });

  it('never shows its token, and keeps it out of the log that it reports', async () => {
    const script =
      'printf "a%sb\\n" "$SAME"; sleep 0.3; printf "%.30s" "$SAME"; sleep 0.3; printf %s "$SAME" | cut -c31-';
    const { code, out } = await run(
      ['run', '--stage', 'train', '--', 'sh', '-c', script],
      { SAME: token },
    );
    expect(code).toBe(0);
    expect(out).toContain(token);
    const log = await portal.client.readLog((await theRun()).id, 'train');
    expect(log.text).toBe('a***b\n***\n');
  });

  it('starts its command without the token', async () => {
    const { code, out } = await run(['run', '--stage', 'train', '--', 'env'], {
      OTHER: 'stays',
    });
    expect(code).toBe(0);
    expect(out).toContain('OTHER=stays');
    expect(out).not.toContain('MODEL_CI_TOKEN');
    expect(out).not.toContain(token);
  });

  it('obeys a gate with a token that may not see what it found', async () => {
    const made = await portal.client.createToken(REF, {
      name: 'narrow',
      actions: ['report'],
    });
    await write('metrics.json', '{"rmse": 31}');
    const report = ['--report', 'metrics=metrics.json'];
    const { code, out } = await run(
      ['run', '--stage', 'evaluate', ...report, '--', 'true'],
      { MODEL_CI_TOKEN: made.token },
    );
    expect(out).toContain('Stage evaluate: failed');
    expect(out).not.toContain('rmse');
    expect(code).toBe(1);
  });

  it.each<[string, string | undefined]>([
    ['push', 'main'],
    ['pull_request_target', undefined],
    ['workflow_run', undefined],
    ['issue_comment', undefined],
  ])(
    'takes what GitHub builds at a %s for a build of %s',
    async (event, branch) => {
      const variables = {
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: event,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'example/mine',
        GITHUB_RUN_ID: '1',
        GITHUB_SHA: HEAD,
        GITHUB_REF: 'refs/heads/main',
        MODEL_CI_REF: '',
      };
      expect(await run(['finish'], variables)).toMatchObject({ code: 0 });
      expect((await theRun()).branch).toBe(branch);
      // Nothing is checked out here that could be asked instead.
      const { code } = await run(['finish'], {
        ...variables,
        MODEL_CI_COMMIT: '',
      });
      expect(code).toBe(branch ? 0 : 64);
    },
  );

  it('has the commands that reasons tell people to use', async () => {
    const texts = Object.values(REASON_TEXTS).join('\n');
    const told = [...texts.matchAll(/"([\w.-]*model[_-]ci[\w.]*) (\w+)/g)];
    expect(told.map(([, name]) => name)).toContain(basename(CLIENT_FILE));
    for (const [, name, command] of told) {
      expect(name).toBe(basename(CLIENT_FILE));
      expect(await run([command, '--help'])).toMatchObject({ code: 0 });
    }
    const { err } = await run(['run', '--stage', 'x']);
    expect(err).toContain('such as: model_ci.py run');
    expect(err).toContain('usage: model_ci.py');
  });

  it('takes its token to no other host', async () => {
    const other = await HostileProxy.start(portal.backend.server.port());
    proxy.fault = answering(302, '', {
      Location: `${other.url}/api/model-ci/stolen`,
    });
    const { code, err } = await run(['gate', '--stage', 'train']);
    expect(code).toBe(65);
    expect(err).toContain('which the token is not sent to');
    expect(other.seen).toEqual([]);
    await other.stop();
  });

  it('reports a log of many megabytes whole, while the command goes on', async () => {
    const lines = 400_000;
    const { code } = await run([
      'run',
      '--stage',
      'train',
      '--',
      'seq',
      String(lines),
    ]);
    expect(code).toBe(0);
    const [train] = (await theRun()).stages;
    const size = Array.from(
      { length: lines },
      (_, index) => String(index + 1).length + 1,
    ).reduce((sum, length) => sum + length);
    expect(train.attempts[0].logSize).toBe(size);
  });

  it('is served with its checksum, and not again to who has it', async () => {
    const url = `${portal.baseUrl}/client/model_ci.py`;
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect(await first.text()).toContain('Reports the builds of a CI');
    const sum = await (await fetch(`${url}.sha256`)).text();
    expect(sum).toBe(`${etag.replaceAll('"', '')}  model_ci.py\n`);
    const again = await request(portal.server)
      .get('/api/model-ci/client/model_ci.py')
      .set('If-None-Match', etag);
    expect(again.status).toBe(304);
  });

  it('is written for Python 3.8', async () => {
    const check = `import ast; ast.parse(open(${JSON.stringify(
      CLIENT_FILE,
    )}).read(), feature_version=(3, 8))`;
    const error = await new Promise(resolve => {
      execFile('python3', ['-c', check], failure => resolve(failure));
    });
    expect(error).toBeNull();
  });
});
