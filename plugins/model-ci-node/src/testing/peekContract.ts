import type { Executor, Handle } from '../executor';
import { eventually, follow, logHolds, never, type Subject } from './support';

/** The part of the executor contract that concerns what is read of a running attempt. */
export function describePeeking(subject: Subject): void {
  describe('peeking', () => {
    /** Runs a script and goes on while it sleeps; nothing where the executor cannot peek. */
    async function whileRunning(
      script: string,
      check: (
        peek: NonNullable<Executor['peek']>,
        handle: Handle,
      ) => Promise<void>,
    ): Promise<void> {
      const { executor } = subject;
      if (!executor.peek) {
        return;
      }
      const handle = await executor.submit(
        subject.spec(`${script}\necho ready\nsleep 600`),
      );
      try {
        await logHolds(executor, handle, 'ready');
        await check(executor.peek.bind(executor), handle);
      } finally {
        await executor.cancel(handle, 'cancelled');
        await follow(executor, handle);
        await executor.cleanup(handle);
      }
    }

    async function filesAt(
      peek: NonNullable<Executor['peek']>,
      handle: Handle,
      path: string,
      offset = 0,
    ): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for await (const file of peek(handle, path, never)) {
        const chunks: Buffer[] = [];
        for await (const chunk of file.read(offset)) chunks.push(chunk);
        found[file.path] = Buffer.concat(chunks).toString();
      }
      return found;
    }

    it('gives the plain files of a running attempt, from any byte on', async () => {
      await whileRunning(
        'mkdir -p runs/a; printf 12345 > runs/a/steps; printf x > runs/b; printf z > steps',
        async (peek, handle) => {
          await expect(filesAt(peek, handle, 'runs')).resolves.toEqual({
            'runs/a/steps': '12345',
            'runs/b': 'x',
          });
          await expect(
            filesAt(peek, handle, 'runs/a/steps', 3),
          ).resolves.toEqual({ 'runs/a/steps': '45' });
          await expect(filesAt(peek, handle, 'runs/b', 1)).resolves.toEqual({
            'runs/b': '',
          });
          await expect(filesAt(peek, handle, '.')).resolves.toMatchObject({
            steps: 'z',
          });
          await expect(filesAt(peek, handle, 'nothing')).resolves.toEqual({});
          await expect(filesAt(peek, handle, 'steps/x')).resolves.toEqual({});
        },
      );
    });

    it('sees what is added', async () => {
      await whileRunning(
        '(while sleep 0.2; do echo more; done) >> grows &',
        async (peek, handle) => {
          const sizeOf = async () =>
            (await filesAt(peek, handle, 'grows')).grows?.length ?? 0;
          const before = await eventually(sizeOf, 'the file is there');
          await expect(
            eventually(async () => (await sizeOf()) > before, 'the file grows'),
          ).resolves.toBe(true);
        },
      );
    });

    it('follows no link and opens no pipe', async () => {
      await whileRunning(
        [
          'mkdir runs; ln -s /etc runs/etc; ln -s /etc/passwd runs/passwd; mkfifo runs/pipe',
          'ln -s /etc out; printf x > runs/file',
        ].join('\n'),
        async (peek, handle) => {
          await expect(filesAt(peek, handle, 'runs')).resolves.toEqual({
            'runs/file': 'x',
          });
          for (const path of ['out', 'runs/passwd', 'runs/pipe']) {
            await expect(filesAt(peek, handle, path)).resolves.toEqual({});
          }
          // Some engines refuse the way through the link, others have nothing there.
          await expect(
            filesAt(peek, handle, 'out/passwd').catch(() => ({})),
          ).resolves.toEqual({});
        },
      );
    });

    it('is cut short by its signal', async () => {
      await whileRunning('echo 1 > one', async (peek, handle) => {
        const files = peek(handle, '.', AbortSignal.abort());
        await expect(
          (async () => {
            for await (const _ of files) throw new Error('It went on');
          })().catch(error => {
            if (error.message === 'It went on') throw error;
          }),
        ).resolves.toBeUndefined();
      });
    });
  });
}
