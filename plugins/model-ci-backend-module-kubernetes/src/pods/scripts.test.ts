import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import { SidecarSandbox } from '../testing/SidecarSandbox';
import { parseRecord } from './record';
import {
  AWAIT_START,
  READ_LOG,
  READ_RECORD,
  RECORD,
  SIDECAR_SCRIPT,
} from './scripts';

const BLOCK = 512;

/** An archive of two files of one block each. */
function archive(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'model-ci-archive-'));
  try {
    ['a', 'b'].forEach(name =>
      writeFileSync(join(folder, name), name.repeat(BLOCK)),
    );
    return execFileSync('tar', ['-C', folder, '-cf', '-', 'a', 'b']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the script of the sidecar', () => {
  jest.setTimeout(30_000);

  let sandbox: SidecarSandbox;

  async function open(onRequest: RequestListener) {
    sandbox = await SidecarSandbox.open(onRequest);
  }

  afterEach(async () => {
    await sandbox.close();
  });

  const log = () => readFileSync(join(sandbox.root, 'record/log'), 'utf8');

  it.each([
    ['in the middle of a file', BLOCK + 100, {}],
    ['at the end of one', 2 * BLOCK, {}],
    ['at the end of one, of a length that was promised', 2 * BLOCK, true],
  ])(
    'takes no workspace for whole that broke off %s',
    async (_, cut, known) => {
      const whole = archive();
      let requests = 0;
      await open((_req, res) => {
        requests++;
        if (known === true) {
          res.setHeader('Content-Length', whole.length);
        }
        if (requests > 1) {
          res.end(whole);
        } else {
          res.write(whole.subarray(0, cut), () => res.destroy());
        }
      });
      sandbox.start({ fetch: `${sandbox.url}/part .` });
      await expect(sandbox.stage('cat a b')).resolves.toBe('go\n');
      expect(requests).toBe(2);
      await sandbox.run(READ_RECORD, '5');
      expect(log()).toBe('a'.repeat(BLOCK) + 'b'.repeat(BLOCK));
    },
  );

  it('says at once why results are not stored, and stores them when they can be', async () => {
    let isFull = true;
    const digest = `sha256:${createHash('sha256').digest('hex')}`;
    await open((req, res) => {
      req.resume().on('end', () => {
        res.statusCode = isFull ? 507 : 201;
        res.end(isFull ? 'the disk is full' : JSON.stringify({ digest }));
      });
    });
    sandbox.start({ upload: `${sandbox.url}/result result` });
    await sandbox.stage('echo words > result');
    const before = parseRecord(await sandbox.run(READ_RECORD, '20'));
    expect(before.results.size).toBe(0);
    expect(before.unstored).toContain('HTTP 507');
    expect(before.unstored).toContain('the disk is full');
    isFull = false;
    let after = before;
    while (after.unstored !== undefined) {
      after = parseRecord(await sandbox.run(READ_RECORD, '20'));
    }
    expect(after.results.get(0)).toEqual({ type: 'uploaded', digest });
  });

  it('counts the time from when the stage was let go, not while its workspace comes', async () => {
    const asked = deferred<() => void>();
    await open((_req, res) => {
      asked.resolve(() => res.end(archive()));
    });
    sandbox.start({ fetch: `${sandbox.url}/part .` });
    const stage = sandbox.stage('true');
    const answer = await asked.promise;
    const started = sandbox.run(AWAIT_START);
    const before = Date.now();
    answer();
    const [, ms] = /^started (\d+)$/m.exec(await started) ?? [];
    expect(Number(ms)).toBeGreaterThanOrEqual(before);
    expect(Number(ms)).toBeLessThanOrEqual(Date.now());
    await stage;
  });

  const canMount =
    spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'])
      .status === 0;

  if (!canMount) {
    const missing = 'unshare may not mount here, so no disk can be full';
    if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
      throw new Error(missing);
    }
    process.stderr.write(`Skipped: ${missing}\n`);
  }
  (canMount ? describe : describe.skip)('on a full disk', () => {
    it('says where the log was cut, and still notes the end', async () => {
      await open((_req, res) => res.end());
      const writeFull = `
        mount -t tmpfs -o size=256k none ${RECORD} || exit 1
        FETCH= UPLOAD= sh -c "$1" model-ci 10000000 > /dev/null &
        cd "$(dirname ${RECORD})"
        until [ -p control/go ] && [ -p control/log ]; do sleep 0.05; done
        (exec 3> control/log; read -r word < control/go; head -c 1000000 /dev/zero | tr '\\0' x >&3)
        sh -c "$2" model-ci 5 | grep -v '^alive'
        sh -c "$3" model-ci 0 10000000 10000000 | tail -c 30`;
      const said = execFileSync(
        'unshare',
        [
          // What is left running ends with the first process
          ...['-rmpf', '--kill-child', 'sh', '-c', sandbox.inside(writeFull)],
          'test',
          ...[SIDECAR_SCRIPT, READ_RECORD, READ_LOG].map(script =>
            sandbox.inside(script),
          ),
        ],
        { encoding: 'utf8', env: { PATH: process.env.PATH } },
      );
      expect(said).toMatch(/^ran \d+\nstarted \d+\nend\nx+cut \d+\n$/);
      expect(Number(/cut (\d+)/.exec(said)?.[1])).toBeLessThan(256 * 1024);
    });
  });
});
