import type { HttpTransport } from './HttpTransport';
import { path } from './HttpTransport';
import { followLog } from './followLog';
import type {
  FollowLogOptions,
  FollowLogQuery,
  LogPart,
  LogQuery,
  LogRange,
  LogRangeQuery,
  LogTime,
  RequestOptions,
} from './types';

/** Of which stage of which run. */
interface LogOf {
  runId: string;
  stage: string;
}

export async function readLog(
  http: HttpTransport,
  of: LogOf,
  query: LogRangeQuery,
  options?: RequestOptions,
): Promise<LogRange> {
  const response = await http.fetch(logPath(of), {
    ...options,
    query: {
      attempt: query.attempt,
      offset: query.offset ?? 0,
      limit: query.limit,
    },
  });
  const header = (name: string) => Number(response.headers.get(name));
  return {
    text: await response.text(),
    offset: header('Log-Offset'),
    nextOffset: header('Log-Next-Offset'),
    size: header('Log-Size'),
    ended: response.headers.get('Log-Ended') === 'true',
    attempt: header('Log-Attempt'),
  };
}

export function followLogOf(
  http: HttpTransport,
  of: LogOf,
  query: FollowLogQuery,
  options: FollowLogOptions,
): AsyncIterable<LogPart> {
  return followLog(
    ({ attempt, offset, headers, signal }) =>
      http.fetch(logPath(of), {
        token: options.token,
        signal,
        query: { attempt, offset },
        headers,
      }),
    query,
    options,
  );
}

export function readLogTimes(
  http: HttpTransport,
  of: LogOf,
  { attempt }: LogQuery,
  options?: RequestOptions,
) {
  return http.get<LogTime[]>(`${logPath(of)}/times`, options, { attempt });
}

export function logUrl(http: HttpTransport, of: LogOf, { attempt }: LogQuery) {
  return http.url(logPath(of), { attempt });
}

export async function downloadLog(
  http: HttpTransport,
  of: LogOf,
  { attempt }: LogQuery,
  options?: RequestOptions,
): Promise<Blob> {
  const query = { attempt };
  const response = await http.fetch(logPath(of), { ...options, query });
  return await response.blob();
}

function logPath({ runId, stage }: LogOf): string {
  return path`/runs/${runId}/stages/${stage}/logs`;
}
