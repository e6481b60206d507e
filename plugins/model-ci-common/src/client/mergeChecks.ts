import type { MergeCheck, MergeCheckQuery } from '../api/mergeChecks';
import type { Page } from '../api/types';
import type { HttpTransport } from './HttpTransport';
import type { RequestOptions } from './types';

export async function listMergeChecks(
  http: HttpTransport,
  query: MergeCheckQuery,
  options?: RequestOptions,
) {
  const { items } = await http.get<Page<MergeCheck>>('/merge-checks', options, {
    ...query,
  });
  return items;
}
