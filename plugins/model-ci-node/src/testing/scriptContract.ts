import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import {
  follow,
  logHolds,
  never,
  part,
  readLog,
  type Subject,
} from './support';

/** The part of the executor contract that concerns scripts, their surroundings and their log. */
export function describeScripts(subject: Subject): void {
  const { spec, run } = subject;

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

    it('may be killed by itself, and its log holds its own words only', async () => {
      await expect(run('echo last; kill -KILL $$')).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 137 },
        log: 'last\n',
      });
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

    it('is given its secrets, and nobody else is', async () => {
      if (!subject.executor.takesSecrets) return;
      const secrets = {
        CONTRACT_TOKEN: `it's "$HOME" \\ \`secret\` hidden-words`,
        CONTRACT_KEY: '-----BEGIN-----\nsecond line\n\tthird=\n',
      };
      const secret = spec(
        'env; ls -A; sleep 1; echo; printf %s "$CONTRACT_KEY"',
        { secrets, env: { OPEN: 'open' } },
      );
      const handle = await subject.executor.submit(secret);
      const shown = await subject.under.inspect?.(handle);
      const { outcome, log } = await follow(subject.executor, handle);
      expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
      expect(log).toContain(`CONTRACT_TOKEN=${secrets.CONTRACT_TOKEN}\n`);
      expect(log).toContain('OPEN=open\n');
      expect(log.endsWith(`\n\n${secrets.CONTRACT_KEY}`)).toBe(true);
      expect(log).not.toContain('model-ci-secrets');
      for (const text of [shown ?? '', JSON.stringify(handle)]) {
        expect(text).not.toContain('second line');
        expect(text).not.toContain('hidden-words');
      }
      await subject.executor.cleanup(handle);
      await expect(subject.under.remains(secret.attemptId)).resolves.toEqual(
        [],
      );
    });

    it('has a home folder that it can write to', async () => {
      const { outcome } = await run(
        'echo yes > "$HOME/probe"; cat "$HOME/probe"',
      );
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
              digest: `sha256:${'1'.repeat(64)}`,
              open: async () => executable('tool.sh', '#!/bin/sh\n'),
            },
          ],
        },
      );
      expect(log).toBe('first\nsecond\nthird\nthird\n');
      expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
    });

    it('is refused when a part would leave the workspace', async () => {
      // What fetches for itself is given what the backend has checked, and sees later what is wrong with it.
      if (subject.under.transfers) return;
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
        await expect(subject.executor.submit(bad)).rejects.toMatchObject({
          name: 'InputError',
        });
        await expect(subject.under.remains(bad.attemptId)).resolves.toEqual([]);
      }
    });

    it('is refused in words when its workspace cannot be read', async () => {
      if (subject.under.transfers) return;
      const bad = spec('true', {
        workspace: [
          {
            path: '.',
            digest: `sha256:${'2'.repeat(64)}`,
            open: async () => {
              throw new Error('artifact store says no');
            },
          },
        ],
      });
      await expect(subject.executor.submit(bad)).rejects.toThrow(
        'artifact store says no',
      );
      await expect(subject.under.remains(bad.attemptId)).resolves.toEqual([]);
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

    it('keeps every byte when the script opens its output again', async () => {
      const { outcome, log } = await run(
        [
          'i=0; while [ $i -lt 50 ]; do echo line$i; i=$((i+1)); done',
          'echo stderr > /dev/stderr; echo stdout > /dev/stdout',
          'echo appended >> /dev/stderr; echo end',
        ].join('\n'),
      );
      expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
      const lines = Array.from({ length: 50 }, (_, i) => `line${i}\n`);
      expect(log).toBe(`${lines.join('')}stderr\nstdout\nappended\nend\n`);
    });

    it('gives the same bytes from any offset, also after a restart', async () => {
      const handle = await subject.executor.submit(
        spec(
          'printf "één\\n\\nüber\\tß\\n"; printf "last line 漢字\\n"; exit 4',
        ),
      );
      const expected = Buffer.from('één\n\nüber\tß\nlast line 漢字\n');
      await subject.executor.observe(handle, never);
      const other = await subject.under.recreate();
      for (const reader of [subject.executor, other]) {
        for (let offset = 0; offset <= expected.length; offset += 5) {
          const rest = await readLog(reader, handle, offset);
          expect(rest.equals(expected.subarray(offset))).toBe(true);
        }
      }
      await subject.executor.cleanup(handle);
    });

    it('is followed while the attempt runs', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready; sleep 60; echo never'),
      );
      await expect(logHolds(subject.executor, handle, 'ready')).resolves.toBe(
        'ready\n',
      );
      await subject.executor.cancel(handle, 'cancelled');
      await follow(subject.executor, handle);
      await subject.executor.cleanup(handle);
    });

    it('is complete when it is large', async () => {
      const line =
        '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde';
      const bytes = 10 * 2 ** 20;
      const { outcome, log } = await run(`yes ${line} | head -c ${bytes}`);
      expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
      expect(log.length).toBe(bytes);
      expect(log === `${line}\n`.repeat(bytes / 64)).toBe(true);
    });

    it('is complete when the attempt ends at once, each time', async () => {
      const logs = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const { log } = await run(
            'i=0; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); done',
          );
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
}

function executable(name: string, content: string): Readable {
  const tar = pack();
  tar.entry({ name, mode: 0o755 }, content);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
