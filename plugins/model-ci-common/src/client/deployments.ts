import type { JsonValue } from '@backstage/types';
import type {
  Deployment,
  DeploymentDetail,
  Environment,
  Page,
} from '../api/types';
import type { HttpTransport } from './HttpTransport';
import { path } from './HttpTransport';
import { parsePipelineRef, pipelinePath } from './pipelinePath';
import type {
  DeployInput,
  DeploymentQuery,
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
  { pipelineRef, environment, cursor, limit }: DeploymentQuery,
  options?: RequestOptions,
) {
  const query = { pipeline: pipelineRef, environment, cursor, limit };
  return http.get<Page<Deployment>>('/deployments', options, query);
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
  target: { pipelineRef: string; environment: string },
  body: JsonValue,
  options: RequestOptions,
): Promise<Prediction> {
  const { namespace, name } = parsePipelineRef(target.pipelineRef);
  const response = await http.fetchAny(
    path`/endpoints/${target.environment}/${namespace}/${name}/predict`,
    { ...options, method: 'POST', body },
  );
  const text = await response.text();
  return { status: response.status, body: parseJson(text) };
}

/** Models may answer with plain text. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
