import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { LABELS, ownLabels } from '../containers/labels';
import type { EngineClient } from '../engines/EngineClient';
import { isNoSuchContainer, messageOf, statusOf } from '../engines/errors';
import { createNetwork, removeNetwork } from './createNetwork';
import { currentOwner } from './owner';
import { PAUSE_IMAGE, PAUSE_PROGRAM, providePauseImage } from './pauseImage';
import { SANDBOX_PREFIX } from './sandboxName';

export type NetworkKind = 'default' | 'none';

const START_TIMEOUT_MS = 60_000;
const MEMORY = 8 * 2 ** 20;

/** A network of its own, or none, held open by a container that only waits; both have this name. */
export interface Sandbox {
  name: string;
  ready: Promise<void>;
}

/**
 * The networks that attempts run in, one at a time in each. An attempt joins the network of a container that
 * exists already, which spares half of its start; once its container was removed, the network holds nothing
 * of it any more, and the next attempt may have it.
 */
export class Sandboxes {
  /** The names of all that are made here begin with it. */
  private readonly prefix: string;
  private made = 0;
  private readonly free: string[] = [];
  private readonly mine = new Set<string>();
  private image: Promise<void> | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly kind: NetworkKind,
  ) {
    this.prefix = `${SANDBOX_PREFIX}${kind}-${randomUUID()}-`;
  }

  /** Whether this process waits for it or keeps it for the next attempt. */
  keeps(name: string): boolean {
    return this.mine.has(name);
  }

  take(): Sandbox {
    const spare = this.free.pop();
    if (spare !== undefined) {
      this.mine.delete(spare);
      return { name: spare, ready: Promise.resolve() };
    }
    const name = `${this.prefix}${++this.made}`;
    const ready = this.create(name);
    // Whoever took it waits later, or finds out by other means that it is not needed
    ready.catch(() => {});
    return { name, ready };
  }

  /**
   * Takes one back whose attempt was removed, or never started. What another process has made is not kept: as soon as
   * that one is dead, every backend on the engine takes it for a leftover.
   */
  async giveBack(name: string): Promise<void> {
    if (
      !name.startsWith(this.prefix) ||
      this.free.length >= this.engine.config.spareNetworks
    ) {
      await this.discard(name);
      return;
    }
    this.mine.add(name);
    this.free.push(name);
  }

  async discard(name: string): Promise<void> {
    await this.engine.call(async docker => {
      try {
        await docker.getContainer(name).remove({ force: true, v: true });
      } catch (error) {
        if (statusOf(error) !== 404 && statusOf(error) !== 409) {
          throw error;
        }
      }
    });
    await removeNetwork(this.engine, name);
  }

  /** Removes what waits for an attempt. */
  async dispose(): Promise<void> {
    const spares = this.free.splice(0);
    spares.forEach(name => this.mine.delete(name));
    await Promise.allSettled(spares.map(name => this.discard(name)));
  }

  private async create(name: string): Promise<void> {
    this.mine.add(name);
    try {
      await Promise.all([
        this.kind === 'none'
          ? undefined
          : createNetwork(this.engine, name, { reachable: false }),
        this.provideImage(),
      ]);
      await this.start(name);
    } catch (error) {
      // It may have been removed from the engine
      this.image = undefined;
      await this.discard(name).catch(() => {
        // Left over for the next sweep
      });
      throw error;
    } finally {
      this.mine.delete(name);
    }
  }

  private async start(name: string): Promise<void> {
    await this.engine.call(async docker => {
      const abortSignal = AbortSignal.timeout(START_TIMEOUT_MS);
      const container = await docker.createContainer({
        name,
        Image: PAUSE_IMAGE,
        Cmd: [PAUSE_PROGRAM],
        User: '65534:65534',
        Labels: ownLabels({
          [LABELS.managed]: 'network',
          [LABELS.owner]: currentOwner,
        }),
        HostConfig: {
          NetworkMode: this.kind === 'none' ? 'none' : name,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          ReadonlyRootfs: true,
          PidsLimit: 1,
          Memory: MEMORY,
          MemorySwap: MEMORY,
          RestartPolicy: { Name: 'no' },
          LogConfig: { Type: 'none', Config: {} },
        },
        abortSignal,
      });
      await container.start({ abortSignal });
    });
  }

  private provideImage(): Promise<void> {
    this.image ??= providePauseImage(this.engine).catch(error => {
      this.image = undefined;
      throw error;
    });
    return this.image;
  }
}

export interface SandboxName {
  kind: NetworkKind;
  name: string;
}

/** The sandbox that a container's network mode names; undefined if it names none. */
export function sandboxOf(
  networkMode: string | undefined,
): SandboxName | undefined {
  const match = /^container:(model-ci-net-(default|none)-.+)$/.exec(
    networkMode ?? '',
  );
  return match
    ? { name: match[1], kind: match[2] === 'none' ? 'none' : 'default' }
    : undefined;
}

/** A network mode by the name of its container; the engine answers with the id where that was there at creation. */
export async function namedNetworkMode(
  docker: Docker,
  networkMode = '',
): Promise<string> {
  const id = /^container:([0-9a-f]{64})$/.exec(networkMode)?.[1];
  if (id === undefined) {
    return networkMode;
  }
  try {
    const { Name } = await docker.getContainer(id).inspect();
    return `container:${Name.replace(/^\//, '')}`;
  } catch (error) {
    if (isNoSuchContainer(error)) {
      return networkMode;
    }
    throw error;
  }
}

/** Whether a start failed because its network was taken away, as by a restart of the engine. */
export function isSandboxGone(error: unknown): boolean {
  const text = messageOf(error);
  return (
    /cannot join network of a non running container/i.test(text) ||
    /namespace path: lstat \/proc\/\d+\/ns\/net: no such file/i.test(text) ||
    text.includes(`No such container: ${SANDBOX_PREFIX}`) ||
    text.includes(`No such image: ${PAUSE_IMAGE}`)
  );
}
