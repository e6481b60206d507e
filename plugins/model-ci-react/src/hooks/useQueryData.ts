import {
  QueryClient,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';

/** Milliseconds after which what could not answer (503) is asked again, also where nothing else is fetched again. */
const AWAY_INTERVAL = 5_000;

/** One for each implementation of an API, so that the app around needs no provider for it. */
const clients = new WeakMap<object, QueryClient>();

/** What was fetched through an API and is kept for it. */
export function queryClientOf(api: object): QueryClient {
  let client = clients.get(api);
  if (!client) {
    client = new QueryClient({
      defaultOptions: {
        queries: {
          // Errors are shown, with a button to try again.
          retry: false,
          // Whether the portal can be reached is found out by asking it.
          networkMode: 'always',
          refetchOnWindowFocus: false,
          refetchOnReconnect: false,
        },
      },
    });
    clients.set(api, client);
  }
  return client;
}

export interface QueryDataOptions<T> {
  /** Where the data comes from. What one component fetched through it, others show as well. */
  api: object;
  /** What is fetched. */
  name: string;
  /** Data of another scope is not shown while the new data loads. */
  scope: string;
  /** A changed key fetches anew and shows the old data meanwhile. */
  key?: string;
  load(signal: AbortSignal): Promise<T>;
  /** Milliseconds after which it is fetched again, while the page is in sight. */
  interval?: number;
  /** Whether to fetch again what may be old when the page comes into sight; not without it. */
  refetchInSight?: boolean;
  /** Whether to fetch at all; true without it. */
  enabled?: boolean;
}

export interface Resource<T> {
  data?: T;
  /** Of the latest fetch; older data may still be there. */
  error?: Error;
  /** There is nothing to show yet. */
  loading: boolean;
  /** What is shown is being fetched again. */
  refreshing: boolean;
  /** A fetch is under way. */
  fetching: boolean;
  /** Fetches again, also while a fetch is under way. */
  reload(): void;
}

/** Fetches, shares and keeps data, and keeps showing what there is while it is fetched again. */
export function useQueryData<T>(options: QueryDataOptions<T>): Resource<T> {
  const { api, name, scope, key = '', load, interval, enabled } = options;
  const query = useQuery<T, unknown>(
    {
      queryKey: [name, scope, key],
      queryFn: ({ signal }) => load(signal),
      placeholderData: (before, previous) =>
        previous?.queryKey[0] === name && previous.queryKey[1] === scope
          ? before
          : undefined,
      refetchInterval: ({ state }) =>
        isUnavailable(state.error) ? AWAY_INTERVAL : interval,
      refetchOnWindowFocus: options.refetchInSight ? 'always' : false,
      enabled,
    },
    queryClientOf(api),
  );
  return toResource(query, enabled ?? true);
}

function toResource<T>(
  query: UseQueryResult<T, unknown>,
  enabled: boolean,
): Resource<T> {
  const { data, error, isFetching, refetch } = query;
  return {
    data,
    error: toError(error),
    loading: enabled && data === undefined && error === null,
    refreshing: isFetching && data !== undefined,
    fetching: isFetching,
    reload: refetch,
  };
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Error && 'statusCode' in error && error.statusCode === 503
  );
}

/** Whatever was thrown, as an error. */
export function toError(reason: unknown): Error | undefined {
  if (reason === null || reason === undefined) {
    return undefined;
  }
  return reason instanceof Error ? reason : new Error(String(reason));
}
