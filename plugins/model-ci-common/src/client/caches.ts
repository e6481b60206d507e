import type { PipelineCache } from '../api/caches';
import type { Page } from '../api/types';
import type { HttpTransport } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './types';

export async function listCaches(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  const { items } = await http.get<Page<PipelineCache>>(
    `${pipelinePath(pipelineRef)}/caches`,
    options,
  );
  return items;
}

export async function clearCaches(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  await http.fetch(`${pipelinePath(pipelineRef)}/caches`, {
    ...options,
    method: 'DELETE',
  });
}
