import type {
  CreatedMachineToken,
  CreateMachineTokenInput,
  MachineToken,
} from '../api/tokens';
import type { Page } from '../api/types';
import { type HttpTransport, path } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './types';

export async function listTokens(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  const { items } = await http.get<Page<MachineToken>>(
    `${pipelinePath(pipelineRef)}/tokens`,
    options,
  );
  return items;
}

export function createToken(
  http: HttpTransport,
  pipelineRef: string,
  input: CreateMachineTokenInput,
  options?: RequestOptions,
) {
  return http.send<CreatedMachineToken>(
    'POST',
    `${pipelinePath(pipelineRef)}/tokens`,
    input,
    options,
  );
}

export async function revokeToken(
  http: HttpTransport,
  of: { pipelineRef: string; tokenId: string },
  options?: RequestOptions,
) {
  await http.fetch(
    `${pipelinePath(of.pipelineRef)}${path`/tokens/${of.tokenId}`}`,
    { ...options, method: 'DELETE' },
  );
}
