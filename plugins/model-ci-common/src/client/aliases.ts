import type { PipelineAliases } from '../api/aliases';
import type { ModelVersion } from '../api/types';
import type { HttpTransport } from './HttpTransport';
import { path } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './types';

type Reasoned = RequestOptions & { reason?: string };

export function moveAlias(
  http: HttpTransport,
  of: { pipelineRef: string; alias: string },
  version: number,
  { reason, ...options }: Reasoned,
) {
  const body = { version, reason };
  return http.send<ModelVersion>('PUT', aliasPath(of), body, options);
}

export async function removeAlias(
  http: HttpTransport,
  of: { pipelineRef: string; alias: string },
  { reason, ...options }: Reasoned,
) {
  const query = { reason };
  await http.fetch(aliasPath(of), { ...options, method: 'DELETE', query });
}

export function listAliases(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  const route = `${pipelinePath(pipelineRef)}/aliases`;
  return http.get<PipelineAliases>(route, options);
}

function aliasPath(of: { pipelineRef: string; alias: string }): string {
  return `${pipelinePath(of.pipelineRef)}${path`/aliases/${of.alias}`}`;
}
