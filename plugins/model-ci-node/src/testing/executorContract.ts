import { NotFoundError } from '@backstage/errors';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Executor } from '../executor';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  never,
  part,
  processAlive,
  readLog,
  uniqueSeconds,
  unpack,
  type ExecutorUnderTest,
} from './support';
import { describeServices } from './serviceContract';

/** What an executor can do beyond the common part of the contract. */
export interface ExecutorFeatures {
  /** Attempts can be cut off from the network. */
  networkNone: boolean;
  /** A memory limit is enforced, and its breach is told apart. */
  memoryLimit: boolean;
}

/**
 * The tests that every executor passes. Call it at the top of a Jest test file; `create` is called once.
 * Attempts run for real; nothing is mocked.
 */
export function describeExecutorContract(
  name: string,
  options: {
    create(): Promise<ExecutorUnderTest>;
    features: ExecutorFeatures;
  },
): void {
  describe(`executor contract: ${name}`, () => {
    jest.setTimeout(60_000);

    let under: ExecutorUnderTest;
    let executor: Executor;

    beforeAll(async () => {
      under = await options.create();
      executor = under.executor;
    }, 60_000);

    afterAll(async () => {
      await under?.dispose?.();
    }, 60_000);

    const spec = (...args: [string, Parameters<typeof attempt>[2]?]) =>
      attempt(under, ...args);

    const run = async (...args: Parameters<typeof spec>) => {
      const handle = await executor.submit(spec(...args));
      const result = await follow(executor, handle);
      await executor.cleanup(handle);
      return result;
    };

    describe('a script', () => {
      it('ends with its exit code', async () => {
        const results = await Promise.all([
          run('true'),
          run('exit 7'),
          run('sh -c "kill -TERM \\$\\$"'),
        ]);
        expect(results.map(result => result.outcome)).toEqual([
          { type: 'exited', exitCode: 0 },
          { type: 'exited', exitCode: 7 },
          { type: 'exited', exitCode: 143 },
        ]);
      });

      it('stops at the first command that fails', async () => {
        await expect(run('echo one\nfalse\necho two')).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 1 },
          log: 'one\n',
        });
      });

      it('survives signals that it sends to its own group', async () => {
        const { outcome } = await run('trap : TERM\nkill -TERM 0\nexit 3');
        expect(outcome).toEqual({ type: 'exited', exitCode: 3 });
      });

      it('sees the environment it was given and nothing of the backend', async () => {
        process.env.CONTRACT_BACKEND_SECRET = 'do-not-leak';
        const { log } = await run('env', {
          env: { CI: 'true', QUOTED: `it's "$HOME" \\ done`, EMPTY: '' },
        });
        delete process.env.CONTRACT_BACKEND_SECRET;
        expect(log).toContain('CI=true\n');
        expect(log).toContain(`QUOTED=it's "$HOME" \\ done\n`);
        expect(log).toContain('EMPTY=\n');
        expect(log).not.toContain('do-not-leak');
        expect(log).not.toContain('NODE_ENV=');
        expect(log).toMatch(/^PATH=/m);
        expect(log).toMatch(/^HOME=/m);
      });

      it('has a home folder that it can write to', async () => {
        const { outcome } = await run('echo yes > "$HOME/probe"; cat "$HOME/probe"');
        expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
      });

      it('finds every part of its workspace in place and can change it', async () => {
        const { outcome, log } = await run(
          [
            'cat a.txt deep/er/b.txt src/main.py link',
            'test -x tool.sh',
            'echo changed > a.txt',
            'mkdir -p src/new && echo x > src/new/file',
            'rm deep/er/b.txt',
          ].join('\n'),
          {
            workspace: [
              part('.', {
                'a.txt': 'first\n',
                'src/main.py': 'old\n',
                link: { link: 'src/main.py' },
              }),
              part('deep/er', { './b.txt': 'second\n' }),
              part('src', { 'main.py': 'third\n' }),
              {
                path: '.',
                open: async () => executable('tool.sh', '#!/bin/sh\n'),
              },
            ],
          },
        );
        expect(log).toBe('first\nsecond\nthird\nthird\n');
        expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
      });

      it('is refused when a part would leave the workspace', async () => {
        const refused = [
          part('.', { '../evil': 'x' }),
          part('.', { link: { link: '/etc' } }),
          part('.', { link: { link: '../..' } }),
          part('.', { inner: { link: 'src' }, 'inner/evil': 'x' }),
          part('.', { pipe: { type: 'fifo' } }),
          part('../out', { a: 'x' }),
        ];
        for (const workspace of refused) {
          const bad = spec('true', { workspace: [workspace] });
          await expect(executor.submit(bad)).rejects.toMatchObject({
            name: 'InputError',
          });
          await expect(under.remains(bad.attemptId)).resolves.toEqual([]);
        }
      });

      it('is refused in words when its workspace cannot be read', async () => {
        const bad = spec('true', {
          workspace: [
            {
              path: '.',
              open: async () => {
                throw new Error('artifact store says no');
              },
            },
          ],
        });
        await expect(executor.submit(bad)).rejects.toThrow(
          'artifact store says no',
        );
        await expect(under.remains(bad.attemptId)).resolves.toEqual([]);
      });
    });

    describe('the log', () => {
      it('merges stdout and stderr in the order of writing', async () => {
        const { log } = await run(
          'i=0; while [ $i -lt 200 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done',
        );
        const lines = Array.from({ length: 200 }, (_, i) => `out${i}\nerr${i}\n`);
        expect(log).toBe(lines.join(''));
      });

      it('gives the same bytes from any offset, also after a restart', async () => {
        const handle = await executor.submit(
          spec('printf "één\\n\\nüber\\tß\\n"; printf "last line 漢字\\n"; exit 4'),
        );
        const expected = Buffer.from('één\n\nüber\tß\nlast line 漢字\n');
        await executor.observe(handle, never);
        const other = await under.recreate();
        for (const reader of [executor, other]) {
          for (let offset = 0; offset <= expected.length; offset += 5) {
            const rest = await readLog(reader, handle, offset);
            expect(rest.equals(expected.subarray(offset))).toBe(true);
          }
        }
        await executor.cleanup(handle);
      });

      it('is followed while the attempt runs', async () => {
        const handle = await executor.submit(
          spec('echo ready; sleep 60; echo never'),
        );
        await expect(logHolds(executor, handle, 'ready')).resolves.toBe('ready\n');
        await executor.cancel(handle, 'cancelled');
        await follow(executor, handle);
        await executor.cleanup(handle);
      });

      it('is complete when it is large', async () => {
        const line = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde';
        const bytes = 10 * 2 ** 20;
        const { outcome, log } = await run(`yes ${line} | head -c ${bytes}`);
        expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
        expect(log.length).toBe(bytes);
        expect(log === `${line}\n`.repeat(bytes / 64)).toBe(true);
      });

      it('is complete when the attempt ends at once, each time', async () => {
        const logs = await Promise.all(
          Array.from({ length: 8 }, async () => {
            const { log } = await run('i=0; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); done');
            return log;
          }),
        );
        const expected = Array.from({ length: 300 }, (_, i) => `${i}\n`).join('');
        expect(logs.every(log => log === expected)).toBe(true);
      });

      it('is bounded: an attempt that writes more is killed', async () => {
        const { outcome, log } = await run('yes', { maxLogBytes: 100_000 });
        expect(outcome).toEqual({ type: 'killed', reason: 'log-limit' });
        expect(log.length).toBeLessThanOrEqual(100_000);
        expect(log.startsWith('y\ny\n')).toBe(true);
      });
    });

    describe('an end from outside', () => {
      it('comes when the time is over', async () => {
        const started = Date.now();
        const { outcome, log } = await run('echo before; sleep 60', {
          timeoutSeconds: 1,
        });
        expect(outcome).toEqual({ type: 'killed', reason: 'timeout' });
        expect(log).toBe('before\n');
        expect(Date.now() - started).toBeLessThan(20_000);
      });

      it('takes the whole tree, even what ignores signals or left its session', async () => {
        const [a, b, c] = [uniqueSeconds(), uniqueSeconds(), uniqueSeconds()];
        const handle = await executor.submit(
          spec(
            [
              `(trap '' TERM HUP INT; sleep ${a}) &`,
              `sh -c "trap '' TERM; setsid sh -c 'sleep ${b} & sleep ${b}' & " > /dev/null 2>&1`,
              `cd / && setsid sleep ${c} &`,
              'echo ready',
              'wait',
            ].join('\n'),
          ),
        );
        await logHolds(executor, handle, 'ready');
        for (const seconds of [a, b, c]) {
          await eventually(() => processAlive(`sleep ${seconds}`), 'all are up');
        }
        await executor.cancel(handle, 'cancelled');
        await expect(executor.observe(handle, never)).resolves.toEqual({
          type: 'killed',
          reason: 'cancelled',
        });
        for (const seconds of [a, b, c]) {
          await eventually(
            async () => !(await processAlive(`sleep ${seconds}`)),
            `sleep ${seconds} is gone`,
            5_000,
          );
        }
        await executor.cleanup(handle);
      });

      it('takes what a finished script left running', async () => {
        const seconds = uniqueSeconds();
        const { outcome } = await run(
          `setsid sleep ${seconds} > /dev/null 2>&1 &\n sleep ${seconds} &\n exit 0`,
        );
        expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
        await eventually(
          async () => !(await processAlive(`sleep ${seconds}`)),
          'nothing is left running',
          10_000,
        );
      });

      it('keeps its reason for another instance', async () => {
        const handle = await executor.submit(spec('echo ready; sleep 60'));
        await logHolds(executor, handle, 'ready');
        const other = await under.recreate();
        await other.cancel(handle, 'log-limit');
        const third = await under.recreate();
        for (const observer of [executor, other, third]) {
          await expect(observer.observe(handle, never)).resolves.toEqual({
            type: 'killed',
            reason: 'log-limit',
          });
        }
        await executor.cleanup(handle);
      });

      it('changes nothing once the attempt has ended', async () => {
        const handle = await executor.submit(spec('echo done; exit 5'));
        const { log } = await follow(executor, handle);
        await executor.cancel(handle, 'cancelled');
        await executor.cancel(handle, 'timeout');
        expect(log).toBe('done\n');
        const other = await under.recreate();
        for (const observer of [executor, other]) {
          await expect(observer.observe(handle, never)).resolves.toEqual({
            type: 'exited',
            exitCode: 5,
          });
        }
        await executor.cleanup(handle);
        await executor.cancel(handle, 'cancelled');
      });

      it('may come at once after the start, and twice', async () => {
        const handle = await executor.submit(spec('sleep 60'));
        await Promise.all([
          executor.cancel(handle, 'cancelled'),
          executor.cancel(handle, 'cancelled'),
        ]);
        await expect(executor.observe(handle, never)).resolves.toEqual({
          type: 'killed',
          reason: 'cancelled',
        });
        await executor.cleanup(handle);
      });

      it('is lost, not ended, when somebody else took the attempt away', async () => {
        const handle = await executor.submit(spec('echo ready; sleep 60'));
        await logHolds(executor, handle, 'ready');
        const other = await under.recreate();
        const outcomes = [executor, other].map(observer =>
          observer.observe(handle, never),
        );
        await under.removeBehind(handle);
        for (const outcome of await Promise.all(outcomes)) {
          expect(outcome).toEqual({ type: 'lost', reason: expect.any(String) });
        }
        const late = await under.recreate();
        await expect(late.observe(handle, never)).resolves.toMatchObject({
          type: 'lost',
        });
        await readLog(late, handle);
        await late.cancel(handle, 'cancelled');
        await late.cleanup(handle);
      });
    });

    describe('repeated calls', () => {
      it('start an attempt once', async () => {
        const once = spec('echo started; sleep 1; exit 6', {
          workspace: [part('.', { a: 'x' })],
        });
        const other = await under.recreate();
        const [first, second] = await Promise.all([
          executor.submit(once),
          executor.submit(once),
        ]);
        const third = await other.submit(once);
        for (const handle of [first, second, third]) {
          const { outcome, log } = await follow(other, handle);
          expect(outcome).toEqual({ type: 'exited', exitCode: 6 });
          expect(log).toBe('started\n');
        }
        const afterEnd = await other.submit(once);
        await expect(follow(other, afterEnd)).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 6 },
          log: 'started\n',
        });
        await executor.cleanup(first);
      });

      it('find a running attempt after a restart, with its outcome and whole log', async () => {
        const handle = await executor.submit(
          spec('echo 1; sleep 1; echo 2; sleep 1; echo 3; exit 9'),
        );
        await logHolds(executor, handle, '1\n');
        const other = await under.recreate();
        await expect(
          follow(other, JSON.parse(JSON.stringify(handle))),
        ).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 9 },
          log: '1\n2\n3\n',
        });
        const third = await under.recreate();
        await expect(follow(third, handle)).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 9 },
          log: '1\n2\n3\n',
        });
        await third.cleanup(handle);
      });

      it('keep the limit of time after a restart', async () => {
        const handle = await executor.submit(
          spec('echo ready; sleep 60', { timeoutSeconds: 2 }),
        );
        const other = await under.recreate();
        await expect(other.observe(handle, never)).resolves.toEqual({
          type: 'killed',
          reason: 'timeout',
        });
        await other.cleanup(handle);
      });

      it('clean up twice, and leave nothing', async () => {
        const one = spec('mkdir -p a/b; touch a/b/c; chmod 500 a/b; echo done', {
          workspace: [part('.', { 'x/y': 'z' })],
        });
        const handle = await executor.submit(one);
        await follow(executor, handle);
        await executor.cleanup(handle);
        await executor.cleanup(handle);
        const other = await under.recreate();
        await other.cleanup(handle);
        await expect(under.remains(one.attemptId)).resolves.toEqual([]);
      });

      it('stop waiting when they are aborted, and leave the attempt alone', async () => {
        const handle = await executor.submit(
          spec('echo ready; sleep 2; echo end; exit 2'),
        );
        await logHolds(executor, handle, 'ready');
        const stop = new AbortController();
        const waits = [
          executor.observe(handle, stop.signal),
          readLog(executor, handle, 6, stop.signal),
        ];
        stop.abort();
        for (const wait of waits) {
          await expect(wait).rejects.toMatchObject({ name: 'AbortError' });
        }
        await expect(
          executor.observe(handle, AbortSignal.abort()),
        ).rejects.toMatchObject({ name: 'AbortError' });
        await expect(follow(executor, handle)).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 2 },
          log: 'ready\nend\n',
        });
        await executor.cleanup(handle);
      });
    });

    describe('collecting', () => {
      it('gives files and folders by their paths in the workspace', async () => {
        const handle = await executor.submit(
          spec(
            [
              'mkdir -p model/deep "odd name"',
              'echo weights > model/weights.bin; echo c > model/deep/config',
              'ln -s weights.bin model/latest; ln -s ../source model/back',
              'echo x > "odd name/ü.txt"',
              'head -c 3000000 /dev/zero > large',
            ].join('\n'),
            { workspace: [part('.', { source: 'code' })] },
          ),
        );
        await follow(executor, handle);
        const collect = async (path: string) =>
          unpack(await executor.collect(handle, path));
        await expect(collect('model')).resolves.toEqual({
          'model/': '/',
          'model/weights.bin': 'weights\n',
          'model/deep/': '/',
          'model/deep/config': 'c\n',
          'model/latest': '-> weights.bin',
          'model/back': '-> ../source',
        });
        await expect(collect('model/')).resolves.toMatchObject({
          'model/weights.bin': 'weights\n',
        });
        await expect(collect('./model/deep/config')).resolves.toEqual({
          'model/deep/config': 'c\n',
        });
        await expect(collect('odd name')).resolves.toMatchObject({
          'odd name/ü.txt': 'x\n',
        });
        const large = await collect('large');
        expect(large.large.length).toBe(3_000_000);
        const everything = await collect('.');
        expect(everything).toMatchObject({ source: 'code', 'model/deep/config': 'c\n' });
        const other = await under.recreate();
        await expect(
          unpack(await other.collect(handle, 'source')),
        ).resolves.toEqual({ source: 'code' });
        await executor.cleanup(handle);
      });

      it('says what is missing, and refuses what leaves the workspace', async () => {
        const handle = await executor.submit(
          spec(
            [
              'mkdir in bad; ln -s /bin out; ln -s / root; ln -s in alias',
              'ln -s /etc/passwd bad/secret; echo 1 > in/file',
              'mkfifo pipe; ln -s ../../.. in/up',
            ].join('\n'),
          ),
        );
        await follow(executor, handle);
        const collect = async (path: string) =>
          unpack(await executor.collect(handle, path));
        await expect(collect('no/such')).rejects.toThrow(NotFoundError);
        await expect(collect('in/file/x')).rejects.toThrow(NotFoundError);
        for (const path of [
          '../x',
          '/etc/passwd',
          'in/../../x',
          'out',
          'out/sh',
          'root/bin/sh',
          'bad',
          'in',
          'pipe',
        ]) {
          await expect(collect(path)).rejects.toMatchObject({
            name: 'InputError',
          });
        }
        await expect(collect('in/file')).resolves.toEqual({ 'in/file': '1\n' });
        await executor.cleanup(handle);
      });
    });

    describe('limits', () => {
      if (options.features.memoryLimit) {
        it('end an attempt that needs more memory than it asked for', async () => {
          const { outcome } = await run('x=x; while true; do x=$x$x; done', {
            resources: { cpus: 1, memoryBytes: 16 * 2 ** 20 },
          });
          expect(outcome).toEqual({ type: 'killed', reason: 'out-of-memory' });
        });
      }

      if (options.features.networkNone) {
        it('leave no network where none was asked for', async () => {
          const { log } = await run('cat /proc/net/dev', { network: 'none' });
          const devices = [...log.matchAll(/^\s*(\w+):/gm)].map(found => found[1]);
          expect(devices).toEqual(['lo']);
        });
      } else {
        it('refuse a stage without network, as it cannot be kept', async () => {
          await expect(
            executor.submit(spec('true', { network: 'none' })),
          ).rejects.toMatchObject({
            name: 'InputError',
            message: expect.stringContaining('docker'),
          });
        });
      }
    });

    it('lists its node with capacity and health', async () => {
      const nodes = await executor.inventory();
      expect(nodes).toContainEqual({
        name: under.node,
        labels: expect.any(Object),
        health: 'healthy',
        capacity: {
          cpus: expect.any(Number),
          memoryBytes: expect.any(Number),
          gpus: expect.any(Number),
        },
      });
    });

    it('refuses a node that it does not have', async () => {
      await expect(
        executor.submit(spec('true', { node: 'nowhere' })),
      ).rejects.toThrow('nowhere');
    });

    describeServices(() => under);
  });
}

function executable(name: string, content: string): Readable {
  const tar = pack();
  tar.entry({ name, mode: 0o755 }, content);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
