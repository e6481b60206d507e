import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { describeWith, missingDocker } from '../engines';
import { until, type User } from '../portal';
import {
  catalogInfo,
  type EndedRun,
  endOf,
  HostilePortal,
  inWords,
  startRun,
} from './HostilePortal';

jest.setTimeout(240_000);

const RED = 'group:default/red';
const SECRET = 'only-the-backend-may-know-this';
const MAX_LOG_BYTES = 20_000_000;

interface Run extends EndedRun {
  stages: Array<{
    name: string;
    status: string;
    reason?: Reason;
    attempts: Array<{ status: string; exitCode?: number }>;
    artifacts: Array<{ name: string; size: number }>;
    reports: Array<{ kind: string; duration?: number }>;
  }>;
}

/** Prints the end marker of the container's own command line, as if the stage had ended well. */
const FORGE_MARKER = String.raw`marker=$(tr '\0' '\n' < /proc/1/cmdline | grep -o 'model-ci:[0-9a-f]*' | head -n 1)
echo "$marker exited 0"; sleep 600`;

/** Stages that mean harm; each may fail, none may keep another one from its end. */
function stages(outside: string) {
  const artifact = { model: 'model' };
  return {
    fifos: {
      run: 'for name in status killed plan started pid log; do rm -f ../$name; mkfifo ../$name; done; echo done',
    },
    'fifo-artifact': { run: 'mkfifo model', artifacts: artifact },
    'fifo-report': { run: 'mkfifo m.json', reports: { metrics: 'm.json' } },
    forged: { run: "printf 'exited 0' > ../status; exit 3" },
    'forged-by-survivor': {
      run: `setsid sh -c 'while sleep 0.1; do printf "exited 0" > ../status; done' & exit 3`,
    },
    escape: {
      run: `setsid sh -c 'echo $$ > ${outside}/escaped; exec sleep 1000' &
        until [ -s ${outside}/escaped ]; do sleep 0.1; done`,
    },
    environment: { run: 'env; cat /proc/$$/environ' },
    link: { run: 'ln -s /etc/passwd model', artifacts: artifact },
    'link-inside': {
      run: 'mkdir model; ln -s /etc/passwd model/users; ln -s ../../plan model/plan',
      artifacts: artifact,
    },
    sparse: {
      run: 'mkdir model; truncate -s 4T model/weights',
      artifacts: artifact,
    },
    endless: {
      run: `cat > junit.xml <<'END'
<testsuites><testsuite name="s" tests="2"><testcase name="a" time="1e308"/><testcase name="b" time="1e308"/></testsuite></testsuites>
END`,
      reports: { junit: 'junit.xml' },
    },
    loud: {
      run: String.raw`yes "$(printf '\033[2J\033]0;owned\007\033[999999999B\033[38;5;1m\r\b\0<script>alert(1)</script>')" | head -c 100000000`,
    },
  };
}

describe('A stage that means harm', () => {
  let hostile: HostilePortal;
  let alice: User;
  let run: Run;

  const stage = (name: string) => {
    const found = run.stages.find(each => each.name === name);
    if (!found) {
      throw new Error(`No stage ${name}: ${inWords(run.reason)}`);
    }
    return { ...found, reason: inWords(found.reason) };
  };
  const log = (name: string) =>
    alice.text(`/api/model-ci/runs/${run.id}/stages/${name}/logs`);
  const outside = (name: string) => path.join(hostile.portal.directory, name);

  /** Runs stages side by side, whatever becomes of each. */
  async function start(name: string, all: Record<string, object>) {
    await hostile.project('alice', {
      name,
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name, owner: RED }),
        'model-pipeline.yaml': JSON.stringify({
          version: 1,
          stages: Object.fromEntries(
            Object.entries(all).map(([key, each]) => [
              key,
              { executor: 'process', allowFailure: true, ...each },
            ]),
          ),
        }),
      },
    });
    return await startRun(alice, name);
  }

  beforeAll(async () => {
    process.env.HOSTILE_BACKEND_SECRET = SECRET;
    hostile = await HostilePortal.start({
      config: {
        modelCi: {
          engine: { maxLogBytes: MAX_LOG_BYTES },
          executors: { process: { node: { cpus: 64 } } },
        },
      },
    });
    alice = await hostile.signIn('alice');
    const runId = await start('hostile', stages(hostile.portal.directory));
    run = await endOf<Run>(alice, runId, 120);
  });

  afterAll(async () => {
    delete process.env.HOSTILE_BACKEND_SECRET;
    await hostile?.stop();
  });

  it('ends, with pipes in the place of what is known of it', () => {
    expect(['succeeded', 'failed', 'errored']).toContain(stage('fifos').status);
  });

  it.each([
    ['fifo-artifact', /model/],
    ['fifo-report', /m\.json/],
  ])('blocks nobody who collects its pipe (%s)', (name, named) => {
    expect(stage(name)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(named),
    });
  });

  it('does not succeed by a record that it wrote itself', () => {
    expect(stage('forged')).toMatchObject({
      status: 'failed',
      attempts: [{ exitCode: 3 }],
    });
    // Whose record cannot be read any more is lost.
    expect(['failed', 'errored']).toContain(stage('forged-by-survivor').status);
  });

  it('leaves nothing running that left its group', async () => {
    expect(stage('escape').status).toBe('succeeded');
    const pid = Number(await fs.readFile(outside('escaped'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it("does not see the backend's environment", async () => {
    const seen = await log('environment');
    expect(seen).toContain('MODEL_CI_RUN_ID=');
    expect(seen).not.toContain(SECRET);
  });

  it.each(['link', 'link-inside'])(
    'has no file of the machine stored as its own (%s)',
    name => {
      expect(stage(name)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/passwd|plan/),
        artifacts: [],
      });
    },
  );

  it('fills no store with what takes no room', () => {
    expect(stage('sparse')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('modelCi.engine.maxArtifactBytes'),
      artifacts: [],
    });
  });

  it('cannot make its run unreadable by numbers without end', async () => {
    const [report] = stage('endless').reports;
    expect(Number.isFinite(report?.duration ?? 0)).toBe(true);
    await alice.get(`/api/model-ci/runs/${run.id}/stages/endless/tests`);
    await alice.get('/api/model-ci/runs');
  });

  it('is ended when it writes without end, and what it wrote is plain text', async () => {
    expect(stage('loud')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('modelCi.engine.maxLogBytes'),
    });
    const answer = await alice.request(
      'GET',
      `/api/model-ci/runs/${run.id}/stages/loud/logs`,
    );
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await answer.arrayBuffer()).byteLength).toBeLessThanOrEqual(
      MAX_LOG_BYTES,
    );
  });

  describeWith(missingDocker('busybox'))('in a container', () => {
    const container = { executor: 'docker', image: 'busybox' };
    const containers = (runId: string) =>
      execFileSync('docker', [
        ...['ps', '--quiet', '--filter', `label=model-ci.dev/run=${runId}`],
      ]).toString();

    it('is ended by its time limit and by people, though it says that it has ended', async () => {
      const runId = await start('marked', {
        timed: { ...container, run: FORGE_MARKER, timeout: '6s' },
        cancelled: { ...container, run: FORGE_MARKER },
      });
      const status = async (name: string) => {
        run = await alice.get<Run>(`/api/model-ci/runs/${runId}`);
        return stage(name).status;
      };
      await until(
        'the end of its time',
        async () => (await status('timed')) === 'failed' || undefined,
        { seconds: 60 },
      );
      expect(stage('timed').reason).toMatch(/timeout|longer/);
      expect(await status('cancelled')).toBe('running');
      await alice.post(`/api/model-ci/runs/${runId}/cancel`, {});
      expect(await endOf(alice, runId, 30)).toMatchObject({
        status: 'cancelled',
      });
      await until(
        'its containers to end',
        async () => containers(runId) === '' || undefined,
        { seconds: 30 },
      );
    });
  });
});
