import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { InputError } from '@backstage/errors';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  Handle,
  NodeInfo,
  ServiceHost,
  ServiceReplicas,
  ServiceSpec,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ServiceExecutor } from '../context';

export type FakeHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  spec: ServiceSpec,
) => void;

export type FakeUpgrade = (
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void;

interface FakeService {
  spec: ServiceSpec;
  server: Server;
  /** Everything that is open, WebSockets too: they end with the service. */
  sockets: Set<Socket>;
  url: string;
  exited?: { exitCode: number };
  log: string;
  workspace: string[];
}

/**
 * A machine whose services are real HTTP servers of this process. Several replicas may share one; tests
 * make its services sick, crash them, and cut the machine off.
 */
export class FakeServiceHost implements ServiceHost {
  /** Every order to start, repetitions included. */
  readonly orders: ServiceSpec[] = [];
  /** Service ids that were stopped, in order. */
  readonly stopped: string[] = [];
  readonly services = new Map<string, FakeService>();
  /** Versions whose health path answers 503. */
  readonly sick = new Set<number>();
  /** Versions that the host refuses to start. */
  readonly refused = new Map<number, string>();
  /** While set, nothing can be asked of the machine. */
  cutOff = false;
  /** The host keeps services alive by itself, and this is how it gets on with them; else it does not. */
  replicas?: ServiceReplicas;
  /** Why the machine has started nothing yet. */
  pending?: string;
  /** When its services were started, where that is not when `start` answered. */
  startedAt?: string;
  /** What people have to know of services that run. */
  notice?: Reason;
  /** Removes what a start has left, on hosts that can do so without a handle. */
  withdraw?: ServiceHost['withdraw'];
  /** How services are reached, where that is not their URL. */
  route?: ServiceHost['route'];
  scales = false;
  /** Awaited by `start` after the service runs. */
  onStarted: (spec: ServiceSpec) => Promise<void> = async () => {};
  /** Awaited before `inspect` answers. */
  onInspect: () => Promise<void> = async () => {};
  /** Answers everything but the health path. */
  handler: FakeHandler = (_req, res, spec) => {
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ version: spec.version }));
  };

  /** Takes what wants to be a WebSocket. */
  upgrade: FakeUpgrade = (_req, socket) => socket.destroy();

  async start(spec: ServiceSpec): Promise<Handle> {
    this.orders.push(spec);
    this.demandConnection();
    const refusal = this.refused.get(spec.version);
    if (refusal) {
      throw new InputError(refusal);
    }
    const workspace: string[] = [];
    for (const part of spec.workspace) {
      workspace.push((await buffer(await part.open())).toString());
    }
    if (!this.services.has(spec.serviceId)) {
      this.services.set(spec.serviceId, await this.launch(spec, workspace));
    }
    await this.onStarted(spec);
    return { serviceId: spec.serviceId };
  }

  async inspect(handle: Handle): Promise<ServiceState> {
    if (this.cutOff) {
      return { type: 'unknown', reason: 'The machine cannot be reached' };
    }
    await this.onInspect();
    const service = this.services.get(String(handle.serviceId));
    if (!service) {
      return { type: 'exited', reason: 'it is gone' };
    }
    if (service.exited) {
      return { type: 'exited', exitCode: service.exited.exitCode };
    }
    if (this.pending !== undefined) {
      return { type: 'pending', reason: this.pending };
    }
    const { replicas, startedAt, notice } = this;
    return {
      type: 'running',
      url: service.url,
      ...(replicas && { replicas }),
      ...(notice && { notice }),
      ...(startedAt !== undefined && { startedAt }),
    };
  }

  async tailLog(handle: Handle, maxBytes: number): Promise<string> {
    this.demandConnection();
    const service = this.services.get(String(handle.serviceId));
    return (service?.log ?? '').slice(-maxBytes);
  }

  async stop(handle: Handle): Promise<void> {
    this.demandConnection();
    const id = String(handle.serviceId);
    const service = this.services.get(id);
    if (service) {
      await close(service);
      this.services.delete(id);
      this.stopped.push(id);
    }
  }

  /** Ends a version's service as a crash does: at once, with everything that it was answering. */
  async crash(version: number, exitCode: number): Promise<void> {
    const service = this.running(version);
    service.exited = { exitCode };
    service.log += `crashed with ${exitCode}\0\n`;
    await close(service);
  }

  /** The one running service of a version. */
  running(version: number): FakeService {
    const services = [...this.services.values()].filter(
      ({ spec, exited }) => spec.version === version && !exited,
    );
    if (services.length !== 1) {
      throw new Error(
        `${services.length} services of version ${version} run, not one`,
      );
    }
    return services[0];
  }

  /** Versions that run, in the order of their start. */
  runningVersions(): number[] {
    return [...this.services.values()]
      .filter(({ exited }) => !exited)
      .map(({ spec }) => spec.version);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await Promise.all([...this.services.values()].map(close));
    this.services.clear();
  }

  private async launch(
    spec: ServiceSpec,
    workspace: string[],
  ): Promise<FakeService> {
    const server = createServer((req, res) => {
      if (req.url === '/healthz') {
        res.statusCode = this.sick.has(spec.version) ? 503 : 200;
        res.end();
        return;
      }
      this.handler(req, res, spec);
    });
    server.on('upgrade', (req, socket, head) =>
      this.upgrade(req, socket, head),
    );
    const sockets = new Set<Socket>();
    server.on('connection', socket => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return {
      spec,
      server,
      sockets,
      url: `http://127.0.0.1:${port}`,
      log: `serving version ${spec.version}\n`,
      workspace,
    };
  }

  private demandConnection(): void {
    if (this.cutOff) {
      throw new Error('The machine cannot be reached');
    }
  }
}

/** An executor with one node on which a fake host keeps services. */
export function fakeExecutor(
  services: FakeServiceHost,
  nodes: NodeInfo[] = [
    {
      name: 'local',
      labels: {},
      capacity: { cpus: 4, memoryBytes: 8 * 1024 ** 3, gpus: 0 },
      health: 'healthy',
    },
  ],
): ServiceExecutor {
  return {
    name: 'process',
    takesSecrets: true,
    services,
    inventory: async () => nodes,
  };
}

async function close({ server, sockets }: FakeService): Promise<void> {
  sockets.forEach(socket => socket.destroy());
  await new Promise<void>(resolve => {
    server.close(() => resolve());
  });
}
