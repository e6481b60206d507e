import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '@backstage/errors';
import type {
  Handle,
  ServiceHost,
  ServiceSpec,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import {
  createFolder,
  folderOf,
  readText,
  removeFolder,
} from '../attempts/folder';
import { parseStatus, whyLost } from '../attempts/settle';
import { SERVICE_SUPERVISOR } from '../attempts/supervisor';
import type { ProcessConfig } from '../config';
import { ExitWatch } from '../processes/ExitWatch';
import { isAlive } from '../processes/identity';
import { killTree } from '../processes/killTree';
import { findStarted, startSupervisor } from '../processes/startSupervisor';
import { freePort } from './freePort';
import { unpackParts } from '../workspace/unpackParts';
import { readTail } from './readTail';

const handleSchema = z.object({
  serviceId: z.string(),
  supervisor: z.object({
    pid: z.number().int().positive(),
    boot: z.string(),
    start: z.string(),
  }),
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

  constructor(private readonly config: ProcessConfig) {
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
    if (isAlive(service.supervisor)) {
      return { type: 'running', url: `http://127.0.0.1:${service.port}` };
    }
    await this.kill(service);
    const folder = this.folder(service);
    const exitCode = parseStatus(await readText(folder.status));
    return exitCode === undefined
      ? { type: 'exited', reason: await whyLost(folder, service.supervisor) }
      : { type: 'exited', exitCode };
  }

  async tailLog(handle: Handle, maxBytes: number): Promise<string> {
    const { log, olderLog } = this.folder(handleSchema.parse(handle));
    return readTail([olderLog, log], maxBytes);
  }

  async stop(handle: Handle): Promise<void> {
    const service = handleSchema.parse(handle);
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
    const folder = folderOf(this.parent, spec.serviceId);
    const started = await findStarted(folder);
    if (started) {
      return {
        serviceId: spec.serviceId,
        supervisor: { ...started.supervisor },
        port: Number(await readText(folder.port)),
      };
    }
    await createFolder(folder);
    try {
      await unpackParts(folder.workspace, spec.workspace);
      const port = await freePort();
      await writeFile(folder.port, String(port));
      const { supervisor, child } = await startSupervisor({
        folder,
        id: spec.serviceId,
        supervisor: SERVICE_SUPERVISOR,
        args: [spec.script, String(MAX_LOG_BYTES)],
        // A service answers the backend, which is on this machine, and nobody else.
        env: { HOST: '127.0.0.1', ...spec.env, PORT: String(port) },
      });
      this.exits.adopt(spec.serviceId, supervisor, child);
      return { serviceId: spec.serviceId, supervisor: { ...supervisor }, port };
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  private kill({ serviceId, supervisor }: ProcessServiceHandle): Promise<void> {
    const folder = folderOf(this.parent, serviceId).root;
    return killTree({ supervisor, id: serviceId, folder });
  }

  private folder({ serviceId }: ProcessServiceHandle) {
    return folderOf(this.parent, serviceId);
  }
}
