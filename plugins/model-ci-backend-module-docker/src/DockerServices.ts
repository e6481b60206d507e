import { InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  demandOwnImage,
  type Handle,
  type ServiceHost,
  type ServiceSpec,
  type ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { z } from 'zod';
import { containerName } from './containers/containerName';
import { LABELS } from './containers/labels';
import { serviceCommand } from './containers/scripts';
import { removeContainer, startContainer } from './containers/startContainer';
import type { Engines } from './Engines';
import type { DockerEngine } from './engines/DockerEngine';
import { isNoSuchContainer, messageOf, statusOf } from './engines/errors';
import { createNetwork, removeNetwork } from './networks/createNetwork';
import { demultiplex } from './logs/demultiplex';

const handleSchema = z.object({
  engine: z.string(),
  containerId: z.string(),
  port: z.number().int().positive(),
  /** Its network; absent where it was started by a version that gave it none of its own. */
  network: z.string().optional(),
});

const LOG_BYTES = 4 * 2 ** 20;
const POLITE_SECONDS = 8;
// More lines than any tail that is shown
const TAIL_LINES = 5_000;
const INSPECT_TIMEOUT_MS = 5_000;

/** Keeps services alive as containers whose port is published on the engine's address. */
export class DockerServices implements ServiceHost {
  private readonly starting = new Map<string, Promise<Handle>>();

  constructor(private readonly engines: Engines) {}

  async start(spec: ServiceSpec): Promise<Handle> {
    let start = this.starting.get(spec.serviceId);
    if (!start) {
      start = this.startOnce(spec).finally(() =>
        this.starting.delete(spec.serviceId),
      );
      this.starting.set(spec.serviceId, start);
    }
    return start;
  }

  async inspect(handle: Handle): Promise<ServiceState> {
    const service = handleSchema.parse(handle);
    const { containerId } = service;
    const engine = this.engines.get(service.engine);
    try {
      return await engine.call(async docker => {
        try {
          const { State, NetworkSettings } = await docker
            .getContainer(containerId)
            .inspect({ abortSignal: AbortSignal.timeout(INSPECT_TIMEOUT_MS) });
          const url = urlOf(engine, service, NetworkSettings);
          if (State.Running && url) {
            return { type: 'running', url };
          }
          return State.OOMKilled
            ? {
                type: 'exited',
                exitCode: State.ExitCode,
                reason: reason('docker.outOfMemory'),
              }
            : { type: 'exited', exitCode: State.ExitCode };
        } catch (error) {
          if (isNoSuchContainer(error)) {
            return { type: 'exited', reason: reason('docker.lostContainer') };
          }
          throw error;
        }
      });
    } catch (error) {
      return { type: 'unknown', reason: messageOf(error) };
    }
  }

  async tailLog(handle: Handle, maxBytes: number): Promise<string> {
    const { engine: name, containerId } = handleSchema.parse(handle);
    const framed = await this.engines.get(name).call(async docker => {
      try {
        return await docker
          .getContainer(containerId)
          .logs({ stdout: true, stderr: true, tail: TAIL_LINES });
      } catch (error) {
        if (isNoSuchContainer(error)) {
          return Buffer.alloc(0);
        }
        throw error;
      }
    });
    const payloads: Buffer[] = [];
    for await (const payload of demultiplex(only(framed))) {
      payloads.push(payload);
    }
    const log = Buffer.concat(payloads);
    return log.subarray(Math.max(log.length - maxBytes, 0)).toString('utf8');
  }

  async stop(handle: Handle): Promise<void> {
    const { engine: name, containerId, network } = handleSchema.parse(handle);
    const engine = this.engines.get(name);
    await engine.call(async docker => {
      try {
        await docker.getContainer(containerId).stop({ t: POLITE_SECONDS });
      } catch (error) {
        // 304: it has ended already
        if (statusOf(error) !== 304 && !isNoSuchContainer(error)) {
          throw error;
        }
      }
    });
    await removeContainer(engine, containerId);
    if (network !== undefined) {
      await removeNetwork(engine, network);
    }
  }

  private async startOnce(spec: ServiceSpec): Promise<Handle> {
    const { image } = spec;
    if (!image) {
      throw new InputError(
        `The service runs on docker and needs an image: set 'image' under 'serving'`,
      );
    }
    const engine = await this.engines.getPresent(spec.node);
    const { address, egress, registries } = engine.config;
    demandOwnImage(spec, registries);
    if (egress === 'deny' && address.type === 'tls') {
      throw new InputError(unreachableService(engine.name));
    }
    const name = containerName(spec.serviceId);
    const network = createNetwork(engine, name, { reachable: true });
    network.catch(() => {});
    const { id } = await this.engines.withGpus(
      engine,
      spec.resources,
      spec.serviceId,
      gpus =>
        startContainer(
          engine,
          name,
          {
            image,
            command: serviceCommand({
              script: spec.script,
              hasSecrets: spec.secrets !== undefined,
            }),
            ...(spec.secrets && { secrets: spec.secrets }),
            env: { ...spec.env, PORT: String(spec.port) },
            labels: {
              [LABELS.managed]: 'service',
              [LABELS.service]: spec.serviceId,
              [LABELS.deployment]: spec.deploymentId,
              [LABELS.pipeline]: spec.pipelineRef,
              [LABELS.version]: String(spec.version),
              [LABELS.environment]: spec.environment,
              ...(gpus.length > 0 && { [LABELS.gpus]: gpus.join(',') }),
            },
            resources: spec.resources,
            gpus,
            networkMode: name,
            logBytes: LOG_BYTES,
            publish: { port: spec.port, address: engine.publishAddress },
          },
          spec.workspace,
          network,
        ).catch(async error => {
          await network
            .then(() => removeNetwork(engine, name))
            .catch(() => {
              // Left over for the next sweep
            });
          throw error;
        }),
    );
    engine.watch.forget(id);
    return {
      engine: engine.name,
      containerId: id,
      port: spec.port,
      network: name,
    };
  }
}

/** Where the backend reaches a service; the engine publishes no port of a network without a way out. */
function urlOf(
  engine: DockerEngine,
  { port, network = '' }: z.infer<typeof handleSchema>,
  { Ports, Networks }: Docker.ContainerInspectInfo['NetworkSettings'],
): string | undefined {
  const published = Ports[`${port}/tcp`]?.[0]?.HostPort;
  if (published) {
    return `http://${engine.publishedHost}:${published}`;
  }
  const address = Networks[network]?.IPAddress;
  return address ? `http://${address}:${port}` : undefined;
}

function unreachableService(engine: string): string {
  return `Docker engine '${engine}' has 'egress: deny', so that a service on it cannot be reached from another machine: place the deployment on another node`;
}

async function* only(buffer: Buffer): AsyncGenerator<Buffer, void> {
  yield buffer;
}
