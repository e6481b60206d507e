import { access } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { inspect } from 'node:util';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  offerGpus,
  type GpuDevice,
  type GpuReading,
  type GpuTools,
  type NodeInfo,
} from '@model-ci/backstage-plugin-model-ci-node';
import Docker, { type DockerOptions } from 'dockerode';
import { z } from 'zod';
import type { EngineConfig } from '../config';
import { Sandboxes, type NetworkKind } from '../networks/Sandboxes';
import { Sweep } from '../networks/sweep';
import { ContainerWatch } from './ContainerWatch';
import type { EngineClient, EngineInfo } from './EngineClient';
import { explain, messageOf } from './errors';

const infoSchema = z.object({
  NCPU: z.number(),
  MemTotal: z.number(),
  Architecture: z.string(),
});

const HEALTHY_FOR_MS = 10_000;
const UNHEALTHY_FOR_MS = 3_000;
const INFO_TIMEOUT_MS = 5_000;
const SWEEP_INTERVAL_MS = 10 * 60_000;

/** One Docker Engine: its client, its health, the watch over its containers and the networks of attempts. */
export class DockerEngine implements EngineClient {
  readonly watch: ContainerWatch;
  readonly sandboxes: Record<NetworkKind, Sandboxes>;
  private readonly docker: Docker;
  private readonly sweep: Sweep;
  private nextSweepAt = 0;
  private known: EngineInfo | undefined;
  private asked: { at: number; info: Promise<EngineInfo> } | undefined;

  /** @param gpuTools - of the engine's machine, if that is this one */
  constructor(
    readonly config: EngineConfig,
    private readonly gpuTools?: Pick<GpuTools, 'devices' | 'readings'>,
  ) {
    this.docker = createClient(config);
    this.watch = new ContainerWatch(this);
    this.sweep = new Sweep(this);
    this.sandboxes = {
      default: new Sandboxes(this, 'default'),
      none: new Sandboxes(this, 'none'),
    };
  }

  get name(): string {
    return this.config.name;
  }

  async call<T>(request: (docker: Docker) => Promise<T>): Promise<T> {
    try {
      return await request(this.docker);
    } catch (error) {
      throw explain(error, this.config);
    }
  }

  async raw<T>(request: (docker: Docker) => Promise<T>): Promise<T> {
    return request(this.docker);
  }

  /** Whether an optional engine is there at all. */
  async present(): Promise<boolean> {
    const { address, optional } = this.config;
    if (!optional || address.type !== 'socket') {
      return true;
    }
    return access(address.path).then(
      () => true,
      () => false,
    );
  }

  /** Removes left-overs, at the start and then every ten minutes; what fails is tried again then. */
  sweepSometimes(now = Date.now()): void {
    if (now >= this.nextSweepAt) {
      this.nextSweepAt = now + SWEEP_INTERVAL_MS;
      this.sweep.run(now).catch(() => {});
    }
  }

  async info(): Promise<EngineInfo> {
    return this.known ?? this.ask();
  }

  /** The devices that containers may be given. */
  async gpus(): Promise<{ devices: GpuDevice[]; message?: string }> {
    const found = (await this.gpuTools?.devices()) ?? { devices: [] };
    const { message } = found;
    return {
      devices: offerGpus(found, this.config.gpus),
      ...(message !== undefined && { message }),
    };
  }

  /** What the GPUs of this machine do; nothing is known of those of others. */
  async gpuReadings(): Promise<GpuReading[]> {
    return (await this.gpuTools?.readings()) ?? [];
  }

  async node(): Promise<NodeInfo> {
    const { name, labels } = this.config;
    const { devices: gpus, message } = await this.gpus();
    const capacity = () => ({ ...this.capacity(), gpus: gpus.length });
    try {
      await this.ask();
      return {
        name,
        labels,
        capacity: capacity(),
        ...(gpus.length > 0 && { gpuDevices: gpus }),
        health: 'healthy',
        ...(message !== undefined && { message }),
      };
    } catch (error) {
      return {
        name,
        labels,
        capacity: capacity(),
        ...(gpus.length > 0 && { gpuDevices: gpus }),
        health: 'unreachable',
        message: messageOf(error),
      };
    }
  }

  /** Host part of the URLs of published ports. */
  get publishedHost(): string {
    const { address } = this.config;
    return address.type === 'socket' ? '127.0.0.1' : address.host;
  }

  /** Address of the engine's machine that ports are published on; empty for all of them. */
  get publishAddress(): string {
    const host = this.publishedHost;
    return isIP(host) ? host : '';
  }

  private capacity() {
    const { cpus, memoryBytes } = this.config;
    return {
      cpus: cpus ?? this.known?.cpus ?? 0,
      memoryBytes: memoryBytes ?? this.known?.memoryBytes ?? 0,
    };
  }

  private ask(): Promise<EngineInfo> {
    if (!this.asked || Date.now() > this.asked.at) {
      const asked = {
        at: Date.now() + HEALTHY_FOR_MS,
        info: this.fetchInfo(),
      };
      asked.info.catch(() => {
        asked.at = Date.now() + UNHEALTHY_FOR_MS;
      });
      this.asked = asked;
    }
    return this.asked.info;
  }

  private async fetchInfo(): Promise<EngineInfo> {
    if (!(await this.present())) {
      throw new ServiceUnavailableError(
        `Docker engine '${this.name}' is not running on this machine`,
      );
    }
    const { NCPU, MemTotal, Architecture } = await this.call(async docker =>
      infoSchema.parse(await requestInfo(docker)),
    );
    this.known = {
      cpus: NCPU,
      memoryBytes: MemTotal,
      architecture: Architecture,
    };
    return this.known;
  }
}

// The client's own call for this cannot be given a limit of time
function requestInfo(docker: Docker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: '/info',
        method: 'GET',
        abortSignal: AbortSignal.timeout(INFO_TIMEOUT_MS),
        statusCodes: { 200: true, 500: 'server error' },
      },
      (error: unknown, info: unknown) =>
        error ? reject(error) : resolve(info),
    );
  });
}

function createClient({ address }: EngineConfig): Docker {
  // Kept connections spare a handshake per call; probes notice machines that vanished without a word
  const kept = { keepAlive: true, keepAliveMsecs: 15_000 };
  // The client fills what is left out from DOCKER_HOST and its like, which are not meant for us
  const options: DockerOptions & { agent: http.Agent } =
    address.type === 'socket'
      ? {
          socketPath: address.path,
          host: undefined,
          protocol: 'http',
          ca: undefined,
          cert: undefined,
          key: undefined,
          agent: withoutInspection(new http.Agent(kept)),
        }
      : {
          protocol: 'https',
          host: address.host,
          port: address.port,
          ca: address.ca,
          cert: address.cert,
          key: address.key,
          agent: withoutInspection(new https.Agent(kept)),
        };
  return new Docker(options);
}

/**
 * The client writes out the whole of what it sends for a debug log, whether or not that is on, and with it each
 * connection of the agent and what waits for one: more work than all else that this module does.
 */
function withoutInspection<T extends http.Agent>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => '[agent]' });
}
