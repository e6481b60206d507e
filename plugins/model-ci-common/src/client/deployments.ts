import type { JsonValue } from '@backstage/types';
import type {
  Deployment,
  DeploymentDetail,
  Environment,
  Page,
} from '../api/types';
import { answeringVersion } from './answeringVersion';
import { readChat, readModels, toChatBody } from './chat';
import type { ChatEvent, ChatRequest } from './chat';
import type { HttpTransport } from './HttpTransport';
import { path } from './HttpTransport';
import { parsePipelineRef, pipelinePath } from './pipelinePath';
import type {
  DeployInput,
  DeploymentQuery,
  EndpointTarget,
  Prediction,
  RequestOptions,
} from './types';

export function deploy(
  http: HttpTransport,
  pipelineRef: string,
  input: DeployInput,
  options?: RequestOptions,
) {
  const route = `${pipelinePath(pipelineRef)}/deployments`;
  return http.send<Deployment>('POST', route, input, options);
}

export function listDeployments(
  http: HttpTransport,
  { pipelineRef, owners, ...query }: DeploymentQuery,
  options?: RequestOptions,
) {
  return http.get<Page<Deployment>>('/deployments', options, {
    pipeline: pipelineRef,
    owner: owners,
    ...query,
  });
}

export function getDeployment(
  http: HttpTransport,
  deploymentId: string,
  options?: RequestOptions,
) {
  const route = path`/deployments/${deploymentId}`;
  return http.get<DeploymentDetail>(route, options);
}

export function rollback(
  http: HttpTransport,
  deploymentId: string,
  input: { comment?: string },
  options?: RequestOptions,
) {
  const route = path`/deployments/${deploymentId}/rollback`;
  return http.send<Deployment>('POST', route, input, options);
}

export function stopDeployment(
  http: HttpTransport,
  deploymentId: string,
  options?: RequestOptions,
) {
  const route = path`/deployments/${deploymentId}/stop`;
  return http.send<Deployment>('POST', route, {}, options);
}

export async function listEnvironments(
  http: HttpTransport,
  options?: RequestOptions,
) {
  const route = '/environments';
  const { items } = await http.get<Page<Environment>>(route, options);
  return items;
}

export async function predict(
  http: HttpTransport,
  target: EndpointTarget,
  body: JsonValue,
  options: RequestOptions,
): Promise<Prediction> {
  const response = await http.fetchAny(`${endpoint(target)}/predict`, {
    ...options,
    method: 'POST',
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    version: answeringVersion(response),
    body: parseJson(text),
  };
}

export function listModels(
  http: HttpTransport,
  target: EndpointTarget,
  options?: RequestOptions,
): Promise<string[]> {
  const route = `${endpoint(target)}/v1/models`;
  return readModels(
    signal => http.fetchAny(route, { ...options, signal }),
    options?.signal,
  );
}

export function chat(
  http: HttpTransport,
  target: EndpointTarget,
  request: ChatRequest,
  options?: RequestOptions,
): AsyncIterable<ChatEvent> {
  const route = `${endpoint(target)}/v1/chat/completions`;
  const body = toChatBody(request);
  return readChat(
    signal =>
      http.fetchAny(route, { ...options, method: 'POST', body, signal }),
    options?.signal,
  );
}

function endpoint({ pipelineRef, environment }: EndpointTarget): string {
  const { namespace, name } = parsePipelineRef(pipelineRef);
  return path`/endpoints/${environment}/${namespace}/${name}`;
}

/** Models may answer with plain text. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
