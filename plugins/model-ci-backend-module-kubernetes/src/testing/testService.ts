import { randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import type {
  Handle,
  ServiceHost,
  ServiceSpec,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  eventually,
  part,
  type TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { IMAGE } from './testbed';

/** A web server whose pages come with its workspace. */
export function testService(
  transfers: TransferServer,
  rest: Partial<ServiceSpec> = {},
): ServiceSpec {
  const workspace = [part('.', { 'www/healthz': 'ok', 'www/model': 'm1' })];
  return {
    serviceId: randomUUID(),
    deploymentId: 'deployment-1',
    pipelineRef: 'modelpipeline:default/served',
    version: 1,
    environment: 'staging',
    node: 'testbed',
    image: IMAGE,
    script: 'echo up; exec httpd -f -p $PORT -h www',
    port: 8080,
    env: {},
    resources: { cpus: 0.05 },
    health: '/healthz',
    startupSeconds: 60,
    replicas: 1,
    workspace: transfers.sign({
      ...attempt({ node: 'testbed' } as never, ''),
      workspace,
    }).workspace,
    ...rest,
  };
}

/** Waits until a service is as a test wants it. */
export async function until<T extends ServiceState>(
  host: ServiceHost,
  handle: Handle,
  test: (state: ServiceState) => T | undefined | false,
): Promise<T> {
  return (await eventually(
    async () => test(await host.inspect(handle)) || undefined,
    'the service is as it is to be',
    90_000,
  )) as T;
}

export async function allReady(
  host: ServiceHost,
  handle: Handle,
): Promise<void> {
  await until(
    host,
    handle,
    state =>
      state.type === 'running' &&
      state.replicas !== undefined &&
      state.replicas.ready === state.replicas.wanted &&
      state,
  );
}

/** What a service answers, by the way that the backend takes. */
export async function ask(
  host: ServiceHost,
  handle: Handle,
  path: string,
  lookup?: LookupFunction,
): Promise<{ status: number; body: string }> {
  const route = (await host.route?.(handle)) ?? (await ownUrl(host, handle));
  const connect: object = { ...route.tls, ...(lookup && { lookup }) };
  const dispatcher = new Agent({ connect });
  try {
    const response = await fetch(`${route.url}${path}`, {
      headers: route.headers,
      dispatcher,
      signal: AbortSignal.timeout(5_000),
    });
    return { status: response.status, body: await response.text() };
  } finally {
    await dispatcher.destroy();
  }
}

/** Where there is no other way, a service is reached where it is. */
async function ownUrl(host: ServiceHost, handle: Handle) {
  const state = await host.inspect(handle);
  if (state.type !== 'running') {
    throw new Error(`The service is ${state.type}`);
  }
  return { url: state.url, headers: {}, tls: {} };
}
