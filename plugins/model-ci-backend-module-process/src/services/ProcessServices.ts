import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError, InputError } from '@backstage/errors';
import {
  readText,
  unpackParts,
  type GpuTools,
  type Handle,
  type ServiceHost,
  type ServiceSpec,
  type ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { parseExitRecord } from '../attempts/exitRecord';
import { folderOf, removeFolder } from '../attempts/folder';
import { startIn } from '../attempts/startIn';
import { whyLost } from '../attempts/settle';
import { SERVICE_SUPERVISOR } from '../attempts/supervisor';
import type { ProcessConfig } from '../config';
import type { DirectoryIdentity } from '../directoryIdentity';
import { ExitWatch } from '../processes/ExitWatch';
import { isAlive } from '../processes/identity';
import { killTree } from '../processes/killTree';
import {
  findStarted,
  startedSchema,
  startSupervisor,
  type Started,
} from '../processes/startSupervisor';
import { freePort } from './freePort';
import { visibleGpus } from '../processes/visibleGpus';
import { giveTo } from '../workspace/giveTo';
import { readTail } from './readTail';

const handleSchema = startedSchema.omit({ startedAt: true }).extend({
  serviceId: z.string(),
  /** Of the folder and machine that it runs in; absent for what an earlier version of this module started. */
  directoryId: z.string().optional(),
  port: z.number().int().positive(),
});

type ProcessServiceHandle = z.infer<typeof handleSchema>;

const POLITE_MS = 8_000;
const MAX_LOG_BYTES = 4 * 2 ** 20;

/** Keeps services alive as processes of the backend's own machine. They listen where `$PORT` says. */
export class ProcessServices implements ServiceHost {
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly exits = new ExitWatch();
  private readonly parent: string;

  constructor(
    private readonly config: ProcessConfig,
    private readonly identity: () => Promise<DirectoryIdentity>,
    private readonly gpus: Pick<GpuTools, 'devices'>,
  ) {
    this.parent = join(config.directory, 'services');
  }

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
    if (await this.isElsewhere(service)) {
      return { type: 'unknown', reason: serviceElsewhere(service.serviceId) };
    }
    if (isAlive(service.supervisor)) {
      return { type: 'running', url: `http://127.0.0.1:${service.port}` };
    }
    await this.kill(service);
    const folder = this.folder(service);
    const exitCode = parseExitRecord(
      await readText(folder.status),
      service.proof,
    );
    return exitCode === undefined
      ? { type: 'exited', reason: await whyLost(folder, service.supervisor) }
      : { type: 'exited', exitCode };
  }

  async tailLog(handle: Handle, maxBytes: number): Promise<string> {
    const { log, olderLog } = this.folder(await this.own(handle));
    return readTail([olderLog, log], maxBytes);
  }

  async stop(handle: Handle): Promise<void> {
    const service = await this.own(handle);
    if (isAlive(service.supervisor)) {
      process.kill(-service.supervisor.pid, 'SIGTERM');
      const patience = new AbortController();
      await Promise.race([
        this.exits.ended(service.serviceId, service.supervisor),
        delay(POLITE_MS, undefined, { signal: patience.signal }),
      ]);
      patience.abort();
    }
    await this.kill(service);
    await removeFolder(this.folder(service));
    this.exits.forget(service.serviceId);
  }

  private async startOnce(spec: ServiceSpec): Promise<Handle> {
    if (spec.node !== this.config.node.name) {
      throw new InputError(
        `The process executor has no node '${spec.node}', only '${this.config.node.name}'`,
      );
    }
    const { id: directoryId } = await this.identity();
    const folder = folderOf(this.parent, spec.serviceId);
    const started = await findStarted(folder);
    if (started) {
      const port = Number(await readText(folder.port));
      return handleOf(spec.serviceId, directoryId, started, port);
    }
    const visible = await visibleGpus(spec.resources, this.gpus);
    return await startIn(folder, spec.serviceId, async reservation => {
      const port = await freePort();
      await writeFile(folder.port, String(port));
      const begun = await startSupervisor({
        folder,
        reservation,
        id: spec.serviceId,
        prepare: async () => {
          await unpackParts(folder.workspace, spec.workspace);
          await giveTo(this.config.user, folder);
        },
        supervisor: SERVICE_SUPERVISOR,
        limits: [MAX_LOG_BYTES],
        script: spec.script,
        user: this.config.user,
        // A service answers the backend, which is on this machine, and nobody else.
        env: {
          HOST: '127.0.0.1',
          ...spec.env,
          ...spec.secrets,
          ...visible,
          PORT: String(port),
        },
      });
      this.exits.adopt(spec.serviceId, begun.supervisor, begun.child);
      return handleOf(spec.serviceId, directoryId, begun, port);
    });
  }

  /** The service of a handle; rejects where it is another machine's. */
  private async own(handle: Handle): Promise<ProcessServiceHandle> {
    const service = handleSchema.parse(handle);
    if (await this.isElsewhere(service)) {
      throw new ConflictError(serviceElsewhere(service.serviceId));
    }
    return service;
  }

  private async isElsewhere({
    directoryId,
  }: ProcessServiceHandle): Promise<boolean> {
    return (
      directoryId !== undefined && directoryId !== (await this.identity()).id
    );
  }

  private kill(service: ProcessServiceHandle): Promise<void> {
    const { serviceId: id, supervisor, controlGroup } = service;
    const folder = folderOf(this.parent, id).root;
    return killTree({ supervisor, controlGroup, id, folder });
  }

  private folder({ serviceId }: ProcessServiceHandle) {
    return folderOf(this.parent, serviceId);
  }
}

function handleOf(
  serviceId: string,
  directoryId: string,
  { supervisor, proof, controlGroup }: Started,
  port: number,
): Handle {
  return {
    serviceId,
    directoryId,
    supervisor: { ...supervisor },
    ...(proof && { proof: { ...proof } }),
    ...(controlGroup && { controlGroup }),
    port,
  };
}

function serviceElsewhere(serviceId: string): string {
  return `Service ${serviceId} runs on another machine, or in another folder, than this process executor's. Only a backend there can say how it is`;
}
