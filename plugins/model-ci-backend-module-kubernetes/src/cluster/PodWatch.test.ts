import type { ApiCall } from './Api';
import { ApiError } from './ApiError';
import { PodWatch } from './PodWatch';

function pod(name: string, version: string, phase = 'Running') {
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: version },
    status: { phase },
  };
}

function event(type: string, object: object): string {
  return JSON.stringify({ type, object });
}

/** An API server that answers lists and watches from what it is given. */
function fakeApi(lists: object[], watches: Array<string[] | Error | 'silent'>) {
  const calls: ApiCall[] = [];
  return {
    calls,
    api: {
      async call(call: ApiCall) {
        calls.push(call);
        const list = lists.shift();
        if (!list) {
          throw new Error('No list is left');
        }
        return list;
      },
      async *lines(call: ApiCall) {
        calls.push(call);
        const watch = watches.shift() ?? [];
        if (watch instanceof Error) {
          throw watch;
        }
        if (watch === 'silent') {
          await new Promise((_, reject) => {
            call.signal?.addEventListener('abort', () =>
              reject(new Error('aborted')),
            );
          });
          return;
        }
        yield* watch;
      },
    },
  };
}

function listOf(version: string, ...items: object[]) {
  return { metadata: { resourceVersion: version }, items };
}

const selector = { namespace: 'ns', labelSelector: 'a=b', random: () => 0.5 };

describe('the watch of pods', () => {
  it('passes over pods that it does not understand, and warns once', async () => {
    const odd = { metadata: { name: 'odd', resourceVersion: '9' } };
    const { api } = fakeApi(
      [listOf('10', odd, pod('a', '9'))],
      [[event('MODIFIED', odd), event('ADDED', pod('b', '12'))]],
    );
    const warn = jest.fn();
    const watch = new PodWatch({ ...selector, api, logger: { warn } });
    await watch.step();
    expect(watch.all().map(({ metadata }) => metadata.name)).toEqual([
      ...['a', 'b'],
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('has whoever looks for a pod wait for the first list, and no longer than allowed', async () => {
    const { api } = fakeApi([listOf('10', pod('a', '9'))], [[]]);
    const watch = new PodWatch({ ...selector, api });
    const { signal } = new AbortController();
    await watch.untilListed(1, signal);
    expect(watch.find('a')).toBeUndefined();
    await watch.untilListed(60_000, AbortSignal.abort());
    const found = watch
      .untilListed(60_000, signal)
      .then(() => watch.find('a')?.metadata.name);
    await watch.step();
    expect(await found).toBe('a');
  });

  it('goes on from the last version that it saw, bookmarks included', async () => {
    const { api, calls } = fakeApi(
      [listOf('10', pod('a', '9'))],
      [
        [
          event('MODIFIED', pod('a', '11', 'Succeeded')),
          event('ADDED', pod('b', '12')),
          event('BOOKMARK', { metadata: { resourceVersion: '40' } }),
        ],
        [event('DELETED', pod('b', '41'))],
      ],
    );
    const watch = new PodWatch({ ...selector, api });
    await watch.step();
    expect(watch.find('a')?.status.phase).toBe('Succeeded');
    expect(watch.find('b')).toBeDefined();
    await watch.step();
    expect(watch.find('b')).toBeUndefined();
    expect(calls.map(({ query }) => query?.resourceVersion)).toEqual([
      ...[undefined, '10', '40'],
    ]);
    expect(calls[1].query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      labelSelector: 'a=b',
    });
  });

  it.each([
    [
      'in an event',
      [event('ERROR', { code: 410, message: 'too old resource version' })],
    ],
    ['as its answer', new ApiError(410, 'Expired', 'too old')],
  ])('begins anew where its version is forgotten, %s', async (_, watching) => {
    const { api, calls } = fakeApi(
      [
        listOf('10', pod('a', '9'), pod('b', '9')),
        listOf('90', pod('a', '80')),
      ],
      [watching, []],
    );
    const watch = new PodWatch({ ...selector, api });
    await expect(watch.step()).rejects.toThrow('too old');
    await watch.step();
    // Whose end nobody has seen is known by its absence
    expect(watch.all().map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(calls.at(-1)?.query?.resourceVersion).toBe('90');
  });

  it('is renewed when it has been silent for too long', async () => {
    const { api, calls } = fakeApi([listOf('10')], ['silent', []]);
    const watch = new PodWatch({ ...selector, api, silenceMs: 10 });
    await expect(watch.step()).rejects.toThrow('aborted');
    await watch.step();
    expect(calls.map(({ query }) => query?.resourceVersion)).toEqual([
      ...[undefined, '10', '10'],
    ]);
  });

  it('reads lists in pages', async () => {
    const { api, calls } = fakeApi(
      [
        {
          metadata: { resourceVersion: '5', continue: 'next' },
          items: [pod('a', '1')],
        },
        listOf('5', pod('b', '1')),
      ],
      [[]],
    );
    const watch = new PodWatch({ ...selector, api });
    await watch.step();
    expect(watch.all()).toHaveLength(2);
    expect(calls[1].query?.continue).toBe('next');
  });

  it('wakes those who wait for a pod, and nobody else', async () => {
    const { api } = fakeApi(
      [listOf('1')],
      [[], [event('ADDED', pod('a', '2'))]],
    );
    const watch = new PodWatch({ ...selector, api });
    await watch.step();
    const woken: string[] = [];
    // Steps are taken by hand: the watch itself has nothing to do
    jest.spyOn(watch, 'step').mockImplementationOnce(async () => {});
    const off = ['a', 'b'].map(name =>
      watch.subscribe(name, () => woken.push(name)),
    );
    await PodWatch.prototype.step.call(watch);
    expect(woken).toEqual(['a']);
    off.forEach(unsubscribe => unsubscribe());
    await watch.stop();
  });
});
