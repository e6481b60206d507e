import type { PipelineSecrets, SecretInput, SecretPlace } from '../api/secrets';
import type { HttpTransport } from './HttpTransport';
import { path } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './types';

interface Named {
  pipelineRef: string;
  name: string;
}

export function listSecrets(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  const route = `${pipelinePath(pipelineRef)}/secrets`;
  return http.get<PipelineSecrets>(route, options);
}

export async function setSecret(
  http: HttpTransport,
  of: Named,
  input: SecretInput,
  options: RequestOptions = {},
) {
  await http.fetch(secretPath(of), { ...options, method: 'PUT', body: input });
}

export async function deleteSecret(
  http: HttpTransport,
  of: Named,
  place: SecretPlace,
  options: RequestOptions = {},
) {
  const query = { ...place };
  await http.fetch(secretPath(of), { ...options, method: 'DELETE', query });
}

export async function releaseSecret(
  http: HttpTransport,
  of: Named,
  isAllowed: boolean,
  options: RequestOptions = {},
) {
  const body = { isAllowed };
  const route = `${secretPath(of)}/release`;
  await http.fetch(route, { ...options, method: 'PUT', body });
}

function secretPath(of: Named): string {
  return `${pipelinePath(of.pipelineRef)}${path`/secrets/${of.name}`}`;
}
