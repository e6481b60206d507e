import { InputError } from '@backstage/errors';
import type {
  Handle,
  ServiceHost,
  ServiceSpec,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { containerName } from './containers/containerName';
import { LABELS } from './containers/labels';
import { serviceCommand } from './containers/scripts';
import { removeContainer, startContainer } from './containers/startContainer';
import type { Engines } from './Engines';
import { isNoSuchContainer, messageOf, statusOf } from './engines/errors';
import { demultiplex } from './logs/demultiplex';

const handleSchema = z.object({
  engine: z.string(),
  containerId: z.string(),
  port: z.number().int().positive(),
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
    const { engine: name, containerId, port } = handleSchema.parse(handle);
    const engine = this.engines.get(name);
    try {
      return await engine.call(async docker => {
        try {
          const { State, NetworkSettings } = await docker
            .getContainer(containerId)
            .inspect({ abortSignal: AbortSignal.timeout(INSPECT_TIMEOUT_MS) });
          const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
          if (State.Running && published) {
            const url = `http://${engine.publishedHost}:${published}`;
            return { type: 'running', url };
          }
          return State.OOMKilled
            ? {
                type: 'exited',
                exitCode: State.ExitCode,
                reason: 'It needed more memory than it asked for',
              }
            : { type: 'exited', exitCode: State.ExitCode };
        } catch (error) {
          if (isNoSuchContainer(error)) {
            return { type: 'exited', reason: 'Its container was removed' };
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
    const { engine: name, containerId } = handleSchema.parse(handle);
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
  }

  private async startOnce(spec: ServiceSpec): Promise<Handle> {
    const { image } = spec;
    if (!image) {
      throw new InputError(
        `The service runs on docker and needs an image: set 'image' under 'serving'`,
      );
    }
    const engine = await this.engines.getPresent(spec.node);
    const { id } = await this.engines.withGpus(
      engine,
      spec.resources.gpus ?? 0,
      gpus =>
        startContainer(
          engine,
          containerName(spec.serviceId),
          {
            image,
            command: serviceCommand(spec.script),
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
            network: 'default',
            logBytes: LOG_BYTES,
            publish: { port: spec.port, address: engine.publishAddress },
          },
          spec.workspace,
        ),
    );
    engine.watch.forget(id);
    return { engine: engine.name, containerId: id, port: spec.port };
  }
}

async function* only(buffer: Buffer): AsyncGenerator<Buffer, void> {
  yield buffer;
}
