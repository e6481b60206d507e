import {
  collected,
  follow,
  logHolds,
  never,
  readLog,
  submitted,
  unpack,
  type Subject,
} from './support';

/** Lost answers at the same time. */
const AT_ONCE = 10;

/**
 * The part of the executor contract that concerns its calls, whatever runs the scripts: repeated, lost, aborted ones.
 * The scripts are of the simplest kind, see `ExecutorFeatures.shell`.
 */
export function describeCalls(subject: Subject): void {
  const { spec, run, features } = subject;

  describe('the calls', () => {
    it('give an exit code and a log', async () => {
      await expect(run('echo one\necho two\nexit 7')).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 7 },
        log: 'one\ntwo\n',
      });
      await expect(run('echo done')).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 0 },
        log: 'done\n',
      });
    });

    it('may be repeated by several processes, and start an attempt once', async () => {
      const once = spec('echo started\nsleep 1\nexit 6');
      const other = await subject.under.recreate();
      const handles = await Promise.all([
        submitted(subject.executor, once),
        submitted(subject.executor, once),
        submitted(other, once),
      ]);
      for (const handle of handles) {
        await expect(follow(other, handle)).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 6 },
          log: 'started\n',
        });
      }
      await subject.executor.cleanup(handles[0]);
    });

    it('give the log from any byte', async () => {
      const handle = await subject.executor.submit(spec('echo one\necho two'));
      await follow(subject.executor, handle);
      for (const offset of [0, 2, 4, 8]) {
        const rest = await readLog(subject.executor, handle, offset);
        expect(rest.toString()).toBe('one\ntwo\n'.slice(offset));
      }
      await subject.executor.cleanup(handle);
    });

    it('give what was written, and say what is missing', async () => {
      const handle = await subject.executor.submit(
        spec('echo words > result', { results: ['result', 'nothing'] }),
      );
      await follow(subject.executor, handle);
      const archive = await collected(
        subject,
        subject.executor,
        handle,
        'result',
      );
      await expect(unpack(archive)).resolves.toEqual({ result: 'words\n' });
      await expect(
        subject.executor.collect(handle, 'nothing'),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
      await subject.executor.cleanup(handle);
    });

    it('kill for the first reason that was given, whoever observes', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready\nsleep 60'),
      );
      await logHolds(subject.executor, handle, 'ready');
      const other = await subject.under.recreate();
      await other.cancel(handle, 'log-limit');
      await other.cancel(handle, 'cancelled');
      for (const observer of [subject.executor, other]) {
        await expect(observer.observe(handle, never)).resolves.toEqual({
          type: 'killed',
          reason: 'log-limit',
        });
      }
      await subject.executor.cleanup(handle);
    });

    it('count the time limit from the start, also after a restart', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready\nsleep 60', { timeoutSeconds: 1 }),
      );
      const other = await subject.under.recreate();
      await expect(other.observe(handle, never)).resolves.toEqual({
        type: 'killed',
        reason: 'timeout',
      });
      await other.cleanup(handle);
    });

    it('stop waiting when they are aborted, and leave the attempt alone', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready\nsleep 1\nexit 2'),
      );
      await logHolds(subject.executor, handle, 'ready');
      const stop = new AbortController();
      const waits = [
        subject.executor.observe(handle, stop.signal),
        readLog(subject.executor, handle, 6, stop.signal),
      ];
      stop.abort();
      for (const wait of waits) {
        await expect(wait).rejects.toMatchObject({ name: 'AbortError' });
      }
      await expect(subject.executor.observe(handle, never)).resolves.toEqual({
        type: 'exited',
        exitCode: 2,
      });
      await subject.executor.cleanup(handle);
    });

    it('leave nothing of what was withdrawn', async () => {
      const one = spec('echo ready\nsleep 60');
      await subject.executor.submit(one);
      const other = await subject.under.recreate();
      await other.withdraw(one);
      await other.withdraw(one);
      await expect(subject.under.remains(one.attemptId)).resolves.toEqual([]);
      const unknown = spec('exit 0');
      await subject.executor.withdraw(unknown);
    });

    it('clean up twice, and leave nothing', async () => {
      const one = spec('echo done > file');
      const handle = await subject.executor.submit(one);
      await follow(subject.executor, handle);
      await subject.executor.cleanup(handle);
      const other = await subject.under.recreate();
      await other.cleanup(handle);
      await expect(subject.under.remains(one.attemptId)).resolves.toEqual([]);
    });
  });

  // Each is answered for by two processes: the one whose answer is lost, and the one that comes after it.
  it(`run each of ${features.lostAnswers} attempts once, though every answer to submit is lost`, async () => {
    const other = await subject.under.recreate();
    const runOne = async (number: number) => {
      const one = spec(`echo attempt ${number}\nexit 3`);
      if (subject.under.loseAnswer) {
        subject.under.loseAnswer();
        await subject.executor.submit(one).catch(() => {});
      } else {
        // Whoever asked is gone before it is answered.
        void subject.executor.submit(one).catch(() => {});
      }
      const handle = await submitted(other, one);
      const ended = await follow(other, handle);
      await submitted(subject.executor, one);
      await other.cleanup(handle);
      await subject.executor.cleanup(handle);
      const remains = await subject.under.remains(one.attemptId);
      return { ...ended, remains };
    };
    for (let first = 0; first < features.lostAnswers; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, features.lostAnswers - first);
      const numbers = Array.from(
        { length: count },
        (_, index) => first + index,
      );
      expect(await Promise.all(numbers.map(runOne))).toEqual(
        numbers.map(number => ({
          outcome: { type: 'exited', exitCode: 3 },
          log: `attempt ${number}\n`,
          remains: [],
        })),
      );
    }
  }, 600_000);
}
