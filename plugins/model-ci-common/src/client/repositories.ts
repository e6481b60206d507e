import type { RepositoryAnalysis } from '../api/repositories';
import type { HttpTransport } from './HttpTransport';
import type { RequestOptions } from './types';

export function analyzeRepository(
  http: HttpTransport,
  url: string,
  options?: RequestOptions,
) {
  return http.send<RepositoryAnalysis>(
    'POST',
    '/repositories/analyze',
    { url },
    options,
  );
}
