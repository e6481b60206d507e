import { Readable } from 'node:stream';
import { ServiceUnavailableError } from '@backstage/errors';
import { ROLE, THREAD_FILE, type TestCalls } from './testing/thread';
import { ThreadPool, type ThreadPoolOptions } from './ThreadPool';

// A thread has to read the sources first.
jest.setTimeout(60_000);

const short = { limitMs: 30_000, isLong: false };
// More than a test has: what waits for it fails.
const long = { limitMs: 600_000, isLong: true };

describe('ThreadPool', () => {
  let pool: ThreadPool<TestCalls> | undefined;
  const warn = jest.fn();
  const create = (options: Partial<ThreadPoolOptions> = {}) => {
    pool = new ThreadPool<TestCalls>({
      file: THREAD_FILE,
      role: ROLE,
      store: { open: async digest => Readable.from([`what ${digest} names`]) },
      logger: { warn },
      maxThreads: 2,
      maxWaiting: 10,
      idleMs: 60_000,
      maxHeapMb: 256,
      ...options,
    });
    return pool;
  };

  beforeEach(() => warn.mockReset());
  afterEach(() => pool?.stop());

  it('asks one thread again and again, which reads the store of the process', async () => {
    const threads = create();
    threads.warm();
    expect(await threads.ask('read', 'a', short)).toBe('what a names');
    const both = [
      threads.ask('count', undefined, short),
      threads.ask('count', undefined, short),
    ];
    expect(await Promise.all(both)).toEqual([1, 2]);
  });

  it('rejects with what the thread rejects with, and goes on', async () => {
    const threads = create({
      store: {
        open: async () => {
          throw new Error('There is no blob');
        },
      },
    });
    await threads.ask('count', undefined, short);
    await expect(threads.ask('reject', 'Not so', short)).rejects.toThrow(
      'Not so',
    );
    await expect(threads.ask('read', 'a', short)).rejects.toThrow(
      'There is no blob',
    );
    expect(await threads.ask('count', undefined, short)).toBe(2);
  });

  it('asks again where a thread died over a question', async () => {
    let opened = 0;
    const threads = create({
      store: {
        open: async () => {
          opened += 1;
          return Readable.from([opened > 1 ? 'saved' : '']);
        },
      },
    });
    expect(await threads.ask('crash', 'a', long)).toBe('saved');
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('gives up a question over which two threads died, and answers the next one', async () => {
    const threads = create();
    const crashed = threads.ask('crash', undefined, long);
    const next = threads.ask('read', 'b', short);
    await expect(crashed).rejects.toThrow("The thread of 'crash' ended");
    expect(await next).toBe('what b names');
  });

  it('ends a thread that takes too long, and does not ask that again', async () => {
    const threads = create();
    await expect(
      threads.ask('spin', undefined, { limitMs: 10, isLong: true }),
    ).rejects.toThrow("'spin' took longer than 0.01 seconds");
    expect(await threads.ask('count', undefined, short)).toBe(1);
  });

  it('leaves one thread to short questions, however many long ones wait', async () => {
    const threads = create();
    const endless = Promise.allSettled(
      [1, 2, 3].map(() => threads.ask('spin', undefined, long)),
    );
    expect(await threads.ask('read', 'a', short)).toBe('what a names');
    await threads.stop();
    for (const { status } of await endless) {
      expect(status).toBe('rejected');
    }
  });

  it('lets only so many wait', async () => {
    const threads = create({ maxWaiting: 1 });
    const running = threads.ask('count', undefined, short);
    const waiting = threads.ask('count', undefined, short);
    await expect(threads.ask('count', undefined, short)).rejects.toThrow(
      ServiceUnavailableError,
    );
    expect(await Promise.all([running, waiting])).toEqual([1, 2]);
  });

  it('drops a question that waits once nobody wants its answer', async () => {
    const threads = create({ maxWaiting: 1 });
    const leave = new AbortController();
    const running = threads.ask('count', undefined, short);
    const left = threads.ask('count', undefined, {
      ...short,
      signal: leave.signal,
    });
    leave.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    // Its place is free again, and no thread was asked.
    const next = threads.ask('count', undefined, short);
    expect(await Promise.all([running, next])).toEqual([1, 2]);
    await expect(
      threads.ask('count', undefined, { ...short, signal: leave.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('answers a question that a thread has when it is aborted', async () => {
    const threads = create();
    const leave = new AbortController();
    const { signal } = leave;
    const running = threads.ask('count', undefined, { ...short, signal });
    leave.abort();
    expect(await running).toBe(1);
  });

  it('has urgent questions wait however many wait, and asks them first', async () => {
    const threads = create({ maxWaiting: 2 });
    const order: string[] = [];
    const ask = async (name: string, isUrgent: boolean) => {
      await threads.ask('count', undefined, {
        ...{ limitMs: 30_000, isLong: true, isUrgent },
      });
      order.push(name);
    };
    const all = [
      ask('running', false),
      ask('page', false),
      ask('other page', false),
      ask('judgement', true),
      ask('other judgement', true),
      ask('last judgement', true),
    ];
    await expect(ask('too many', false)).rejects.toThrow(
      '2 comparisons wait already',
    );
    await Promise.all(all);
    expect(order).toEqual([
      'running',
      ...['judgement', 'other judgement', 'last judgement'],
      ...['page', 'other page'],
    ]);
  });

  it('lets a thread die that takes too much memory, and answers the next question', async () => {
    const threads = create();
    // 480 MB, where 256 MB are allowed.
    await expect(threads.ask('fill', 60_000_000, long)).rejects.toThrow(
      "The thread of 'fill' ended",
    );
    expect(warn).toHaveBeenCalledTimes(1);
    expect(await threads.ask('count', undefined, short)).toBe(1);
  });

  it('refuses who waits when it stops, and whoever comes after', async () => {
    const threads = create();
    const running = threads.ask('spin', undefined, long);
    const waiting = threads.ask('spin', undefined, long);
    const refused = Promise.allSettled([running, waiting]);
    await threads.stop();
    expect((await refused).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    await expect(threads.ask('count', undefined, short)).rejects.toThrow(
      'The backend is stopping',
    );
    expect(warn).not.toHaveBeenCalled();
  });
});
