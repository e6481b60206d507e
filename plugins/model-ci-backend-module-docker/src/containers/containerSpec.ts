import type { ContainerCreateOptions } from 'dockerode';
import type { EngineConfig } from '../config';
import type { EngineInfo } from '../engines/EngineClient';
import { ownLabels } from './labels';
import { withTag } from './withTag';

export const WORKSPACE = '/workspace';
export const HOME = '/home/model-ci';

// Less is refused by the engine
const MIN_MEMORY = 6 * 2 ** 20;

export interface ContainerPlan {
  image: string;
  command: string[];
  env: Record<string, string>;
  /** More variables, which the engine does not show; its command reads them from a file. */
  secrets?: Record<string, string>;
  labels: Parameters<typeof ownLabels>[0];
  resources: { cpus?: number; memoryBytes?: number };
  /** Ids of the GPUs it gets. */
  gpus: string[];
  /** The network to create it in, as the engine takes it: `container:NAME` for the one of another container. */
  networkMode: string;
  /** Size at which the engine begins to drop the oldest part of the log. */
  logBytes: number;
  /** Nothing but the workspace, the home folder and /tmp can be written to. */
  readOnlyRoot?: boolean;
  /** It reads what it is sent. */
  openStdin?: boolean;
  /** A TCP port to publish on this address of the engine. */
  publish?: { port: number; address: string };
}

/** What is asked of the engine. Everything that a container could use to reach beyond itself is off. */
export function containerSpec(
  plan: ContainerPlan,
  engine: EngineConfig,
  info: EngineInfo,
): ContainerCreateOptions {
  const { resources, gpus, publish } = plan;
  // Without a request the node is the limit, so that no container can take its engine down
  const cpus = Math.min(
    Math.max(resources.cpus ?? engine.cpus ?? info.cpus, 0.01),
    info.cpus,
  );
  const memory = Math.max(
    Math.floor(resources.memoryBytes ?? engine.memoryBytes ?? info.memoryBytes),
    MIN_MEMORY,
  );
  const port = publish && `${publish.port}/tcp`;
  return {
    Image: withTag(plan.image),
    Entrypoint: plan.command.slice(0, 1),
    Cmd: plan.command.slice(1),
    Env: Object.entries({ HOME, ...plan.env }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    Labels: ownLabels(plan.labels),
    User: `${engine.user.uid}:${engine.user.gid}`,
    WorkingDir: WORKSPACE,
    // An image may say otherwise, and what runs is asked to end by this one
    StopSignal: 'SIGTERM',
    Healthcheck: { Test: ['NONE'] },
    ...(plan.openStdin && { OpenStdin: true }),
    // A volume of its own, removed with the container: the engine puts no files into a root that is read-only
    ...(plan.readOnlyRoot && { Volumes: { [WORKSPACE]: {} } }),
    ...(port && { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      NetworkMode: plan.networkMode,
      Privileged: false,
      ...(plan.readOnlyRoot && {
        ReadonlyRootfs: true,
        Tmpfs: Object.fromEntries(
          ['/tmp', HOME].map(path => [path, ownedTmpfs(engine.user, memory)]),
        ),
      }),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: engine.pidsLimit,
      NanoCpus: Math.round(cpus * 1e9),
      Memory: memory,
      // The same number means: no swap
      MemorySwap: memory,
      // Data loaders share batches there; it counts as memory of the container
      ShmSize: Math.floor(memory / 2),
      RestartPolicy: { Name: 'no' },
      LogConfig: {
        Type: 'local',
        Config: {
          'max-size': String(plan.logBytes),
          'max-file': '2',
          compress: 'false',
        },
      },
      ...(gpus.length > 0 && {
        DeviceRequests: [
          { Driver: 'nvidia', DeviceIDs: gpus, Capabilities: [['gpu']] },
        ],
      }),
      ...(port && {
        PortBindings: { [port]: [{ HostIp: publish.address, HostPort: '' }] },
      }),
    },
  };
}

/**
 * Owned by the container's user, since its mode becomes that of the folder that the image has there. Without a size it
 * would seem to have half the node's memory; more than the container's is killed before it is full.
 */
function ownedTmpfs({ uid, gid }: EngineConfig['user'], bytes: number): string {
  return `exec,mode=1777,uid=${uid},gid=${gid},size=${bytes}`;
}
