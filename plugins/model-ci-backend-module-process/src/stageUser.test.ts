import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import {
  attempt,
  follow,
  part,
  unpack,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readProcessConfig } from './config';
import { ProcessExecutor } from './ProcessExecutor';
import { checkUser } from './processes/checkUser';

jest.setTimeout(60_000);

// Only root can become somebody else
const isRoot = process.getuid?.() === 0;
if (!isRoot) {
  const reason = 'Scripts run as another user only where the tests run as root';
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    throw new Error(reason);
  }
  process.stderr.write(`Skipped: ${reason}\n`);
}
const describeAsRoot = isRoot ? describe : describe.skip;

const node = {
  name: 'local',
  labels: {},
  capacity: { cpus: 4, memoryBytes: 2 ** 33 },
};

describeAsRoot('a script of another user', () => {
  const user = { uid: 65534, gid: 65534 };
  let directory: string;
  let executor: ProcessExecutor;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    executor = new ProcessExecutor({ directory, node, user });
  });

  afterAll(() => rm(directory, { recursive: true }));

  it('is refused where it could not get to its folder', async () => {
    await chmod(directory, 0o700);
    await expect(checkUser({ directory, node, user })).rejects.toThrow(
      'modelCi.executors.process.user',
    );
    await chmod(directory, 0o711);
    await checkUser({ directory, node, user });
  });

  it('works in its folder and can do nothing beside it', async () => {
    await chmod(directory, 0o711);
    const under: ExecutorUnderTest = {
      executor,
      recreate: async () => executor,
      node: 'local',
      removeBehind: async () => {},
      remains: async () => [],
    };
    const handle = await executor.submit(
      attempt(
        under,
        [
          'id -u; id -G; cat given; echo again > /dev/stderr',
          'echo own > given; echo home > ~/file; echo tmp > "$TMPDIR/file"',
          'mkdir out; echo 1 > out/file',
          'for f in status plan killed pid; do (echo x > ../$f) 2> /dev/null || echo no; done; cat ../status 2> /dev/null || echo no',
          'kill -KILL $PPID 2> /dev/null || echo kept; exit 4',
        ].join('\n'),
        { workspace: [part('.', { given: 'given\n' })] },
      ),
    );
    const { outcome, log } = await follow(executor, handle);
    expect(log).toBe('65534\n65534\ngiven\nagain\nno\nno\nno\nno\nno\nkept\n');
    expect(outcome).toEqual({ type: 'exited', exitCode: 4 });
    await expect(
      unpack(await executor.collect(handle, 'out')),
    ).resolves.toEqual({ 'out/': '/', 'out/file': '1\n' });
    await executor.cleanup(handle);
  });
});

describe('the user of scripts', () => {
  it('is numeric, or start-up stops', () => {
    const read = (user: string) =>
      readProcessConfig(
        new ConfigReader({
          modelCi: {
            executors: { process: { enabled: true, directory: 'd', user } },
          },
        }),
      )?.user;
    expect(read('1001:1002')).toEqual({ uid: 1001, gid: 1002 });
    for (const bad of ['nobody', '1001', '-1:1']) {
      expect(() => read(bad)).toThrow('modelCi.executors.process.user');
    }
  });
});
