import { TestApiProvider } from '@backstage/frontend-test-utils';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { act, renderHook, waitFor } from '@testing-library/react';
import { TestSignals } from '../__testUtils__/renderPage';
import { POLL_WITHOUT_SIGNALS, useResource } from './useResource';

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('useResource', () => {
  let api = {};
  beforeEach(() => {
    api = {};
  });
  afterEach(() => jest.useRealTimers());

  it('keeps the old data while another page of the same list loads, and drops it for another thing', async () => {
    const second = deferred<string>();
    const other = deferred<string>();
    const load = jest
      .fn()
      .mockResolvedValueOnce('first')
      .mockReturnValueOnce(second.promise)
      .mockReturnValueOnce(other.promise);
    const { result, rerender } = renderHook(
      ({ scope, key }) =>
        useResource<string>({ api, name: 'things', scope, key, load }),
      { initialProps: { scope: 'a', key: '1' } },
    );
    expect(result.current.loading).toBe(true);
    await waitFor(() => expect(result.current.data).toBe('first'));

    rerender({ scope: 'a', key: '2' });
    expect(result.current).toMatchObject({ data: 'first', refreshing: true });
    await act(async () => second.resolve('second'));
    await waitFor(() =>
      expect(result.current).toMatchObject({
        data: 'second',
        refreshing: false,
      }),
    );

    rerender({ scope: 'b', key: '2' });
    expect(result.current).toMatchObject({ data: undefined, loading: true });
    await act(async () => other.resolve('other'));
    await waitFor(() => expect(result.current.data).toBe('other'));
  });

  it('ignores an answer that was overtaken, and aborts its request', async () => {
    const slow = deferred<string>();
    const signals: AbortSignal[] = [];
    const load = jest.fn((signal: AbortSignal) => {
      signals.push(signal);
      return signals.length === 1 ? slow.promise : Promise.resolve('new');
    });
    const { result, rerender } = renderHook(
      ({ key }) =>
        useResource<string>({ api, name: 'things', scope: 'a', key, load }),
      { initialProps: { key: '1' } },
    );
    rerender({ key: '2' });
    expect(signals[0].aborted).toBe(true);
    await waitFor(() => expect(result.current.data).toBe('new'));
    await act(async () => slow.resolve('old'));
    expect(result.current.data).toBe('new');
  });

  it('fetches by the clock where there are no signals', async () => {
    jest.useFakeTimers();
    const load = jest.fn(async () => 'data');
    const { unmount } = renderHook(() =>
      useResource({ api, name: 'things', scope: 'a', load, live: () => true }),
    );
    await act(() => jest.advanceTimersByTimeAsync(10));
    expect(load).toHaveBeenCalledTimes(1);
    await act(() => jest.advanceTimersByTimeAsync(POLL_WITHOUT_SIGNALS));
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(load).toHaveBeenCalledTimes(2);
    unmount();
    await jest.advanceTimersByTimeAsync(POLL_WITHOUT_SIGNALS * 3);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('makes one fetch of many signals, and one more of those that came during it', async () => {
    jest.useFakeTimers();
    const signals = new TestSignals();
    const slow = deferred<string>();
    const load = jest
      .fn()
      .mockResolvedValueOnce('one')
      .mockReturnValueOnce(slow.promise)
      .mockResolvedValue('three');
    const { result } = renderHook(
      () =>
        useResource<string>({
          api,
          name: 'things',
          scope: 'a',
          load,
          live: () => true,
        }),
      {
        wrapper: ({ children }) => (
          <TestApiProvider apis={[[signalApiRef, signals]]}>
            {children}
          </TestApiProvider>
        ),
      },
    );
    await act(() => jest.advanceTimersByTimeAsync(10));
    for (let i = 0; i < 20; i += 1) {
      act(() => signals.send({ type: 'nodes' }));
    }
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(load).toHaveBeenCalledTimes(2);

    act(() => signals.send({ type: 'nodes' }));
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(load).toHaveBeenCalledTimes(2);
    await act(async () => slow.resolve('two'));
    await act(() => jest.advanceTimersByTimeAsync(10));
    expect(result.current.data).toBe('two');
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(load).toHaveBeenCalledTimes(3);
    expect(result.current.data).toBe('three');
  });

  it('fetches once what two components show', async () => {
    const load = jest.fn(async () => 'data');
    const { result } = renderHook(() => [
      useResource<string>({ api, name: 'things', scope: 'a', load }),
      useResource<string>({ api, name: 'things', scope: 'a', load }),
    ]);
    await waitFor(() =>
      expect(result.current.map(({ data }) => data)).toEqual(['data', 'data']),
    );
    expect(load).toHaveBeenCalledTimes(1);
  });
});
