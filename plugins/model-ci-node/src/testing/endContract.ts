import {
  eventually,
  follow,
  logHolds,
  never,
  part,
  processAlive,
  readLog,
  uniqueSeconds,
  type Subject,
} from './support';

/** The part of the executor contract that concerns ends from outside and repeated calls. */
export function describeEnds(subject: Subject): void {
  const { spec, run } = subject;

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
      const handle = await subject.executor.submit(
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
      await logHolds(subject.executor, handle, 'ready');
      for (const seconds of [a, b, c]) {
        await eventually(() => processAlive(`sleep ${seconds}`), 'all are up');
      }
      await subject.executor.cancel(handle, 'cancelled');
      await expect(subject.executor.observe(handle, never)).resolves.toEqual({
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
      await subject.executor.cleanup(handle);
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
      const handle = await subject.executor.submit(
        spec('echo ready; sleep 60'),
      );
      await logHolds(subject.executor, handle, 'ready');
      const other = await subject.under.recreate();
      await other.cancel(handle, 'log-limit');
      const third = await subject.under.recreate();
      for (const observer of [subject.executor, other, third]) {
        await expect(observer.observe(handle, never)).resolves.toEqual({
          type: 'killed',
          reason: 'log-limit',
        });
      }
      await subject.executor.cleanup(handle);
    });

    it('changes nothing once the attempt has ended', async () => {
      const handle = await subject.executor.submit(spec('echo done; exit 5'));
      const { log } = await follow(subject.executor, handle);
      await subject.executor.cancel(handle, 'cancelled');
      await subject.executor.cancel(handle, 'timeout');
      expect(log).toBe('done\n');
      const other = await subject.under.recreate();
      for (const observer of [subject.executor, other]) {
        await expect(observer.observe(handle, never)).resolves.toEqual({
          type: 'exited',
          exitCode: 5,
        });
      }
      await subject.executor.cleanup(handle);
      await subject.executor.cancel(handle, 'cancelled');
    });

    it('may come at once after the start, and twice', async () => {
      const handle = await subject.executor.submit(spec('sleep 60'));
      await Promise.all([
        subject.executor.cancel(handle, 'cancelled'),
        subject.executor.cancel(handle, 'cancelled'),
      ]);
      await expect(subject.executor.observe(handle, never)).resolves.toEqual({
        type: 'killed',
        reason: 'cancelled',
      });
      await subject.executor.cleanup(handle);
    });

    it('is lost, not ended, when somebody else took the attempt away', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready; sleep 60', { results: ['result'] }),
      );
      await logHolds(subject.executor, handle, 'ready');
      const other = await subject.under.recreate();
      const outcomes = [subject.executor, other].map(observer =>
        observer.observe(handle, never),
      );
      await subject.under.removeBehind(handle);
      for (const outcome of await Promise.all(outcomes)) {
        expect(outcome).toEqual({ type: 'lost', reason: expect.anything() });
      }
      const late = await subject.under.recreate();
      await expect(late.observe(handle, never)).resolves.toMatchObject({
        type: 'lost',
      });
      await readLog(late, handle);
      await late.cancel(handle, 'cancelled');
      await late.cleanup(handle);
      await expect(late.collect(handle, 'result')).rejects.toMatchObject({
        name: 'ResultsLostError',
      });
    });
  });

  describe('an attempt that is withdrawn', () => {
    const nothing = { running: false, remains: [] };
    const leftOf = async (attemptId: string, seconds: string) => ({
      running: await processAlive(`sleep ${seconds}`),
      remains: await subject.under.remains(attemptId),
    });

    it('is gone, though nobody kept its handle', async () => {
      const seconds = uniqueSeconds();
      const one = spec(`echo ready; sleep ${seconds}`);
      await subject.executor.submit(one);
      await eventually(() => processAlive(`sleep ${seconds}`), 'it runs');
      const other = await subject.under.recreate();
      await other.withdraw(one);
      expect(await leftOf(one.attemptId, seconds)).toEqual(nothing);
      await subject.executor.withdraw(one);
    });

    it('is gone, though its submission was still under way', async () => {
      const seconds = uniqueSeconds();
      const one = spec(`sleep ${seconds}`, {
        workspace: [part('.', { a: 'x' })],
      });
      const submitted = subject.executor.submit(one).catch(() => {});
      await subject.executor.withdraw(one);
      expect(await leftOf(one.attemptId, seconds)).toEqual(nothing);
      await submitted;
      expect(await leftOf(one.attemptId, seconds)).toEqual(nothing);
    });

    it('need not have been there', async () => {
      const unknown = spec('true');
      await subject.executor.withdraw(unknown);
      expect(await leftOf(unknown.attemptId, uniqueSeconds())).toEqual(nothing);
    });
  });

  describe('repeated calls', () => {
    it('start an attempt once', async () => {
      const once = spec('echo started; sleep 1; exit 6', {
        workspace: [part('.', { a: 'x' })],
      });
      const other = await subject.under.recreate();
      const [first, second] = await Promise.all([
        subject.executor.submit(once),
        subject.executor.submit(once),
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
      await subject.executor.cleanup(first);
    });

    it('find a running attempt after a restart, with its outcome and whole log', async () => {
      const handle = await subject.executor.submit(
        spec('echo 1; sleep 1; echo 2; sleep 1; echo 3; exit 9'),
      );
      await logHolds(subject.executor, handle, '1\n');
      const other = await subject.under.recreate();
      await expect(
        follow(other, JSON.parse(JSON.stringify(handle))),
      ).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 9 },
        log: '1\n2\n3\n',
      });
      const third = await subject.under.recreate();
      await expect(follow(third, handle)).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 9 },
        log: '1\n2\n3\n',
      });
      await third.cleanup(handle);
    });

    it('keep the limit of time after a restart', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready; sleep 60', { timeoutSeconds: 2 }),
      );
      const other = await subject.under.recreate();
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
      const handle = await subject.executor.submit(one);
      await follow(subject.executor, handle);
      await subject.executor.cleanup(handle);
      await subject.executor.cleanup(handle);
      const other = await subject.under.recreate();
      await other.cleanup(handle);
      await expect(subject.under.remains(one.attemptId)).resolves.toEqual([]);
    });

    it('stop waiting when they are aborted, and leave the attempt alone', async () => {
      const handle = await subject.executor.submit(
        spec('echo ready; sleep 2; echo end; exit 2'),
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
      await expect(
        subject.executor.observe(handle, AbortSignal.abort()),
      ).rejects.toMatchObject({ name: 'AbortError' });
      await expect(follow(subject.executor, handle)).resolves.toEqual({
        outcome: { type: 'exited', exitCode: 2 },
        log: 'ready\nend\n',
      });
      await subject.executor.cleanup(handle);
    });
  });
}
