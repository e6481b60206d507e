import type Docker from 'dockerode';
import { ImageSweep } from '../builds/ImageSweep';
import { CACHE_REPOSITORY } from '../builds/imageNames';
import { LABELS } from '../containers/labels';
import type { EngineClient } from '../engines/EngineClient';
import { statusOf } from '../engines/errors';
import { listOwn, nameOf } from '../engines/ownContainers';
import { removeNetwork } from './createNetwork';
import { isOwnerDead } from './owner';
import type { NetworkKind, Sandboxes } from './Sandboxes';

const MINUTE_MS = 60_000;
// A start takes minutes at most
const UNSTARTED_FOR_MS = 60 * MINUTE_MS;
const UNUSED_FOR_MS = 10 * MINUTE_MS;
// Whoever mends a Dockerfile tries again soon
const CACHED_FOR_MS = 24 * 60 * MINUTE_MS;
// At the end of the name of a sandbox that no start may find any more
const LEFT = '-left';

/**
 * Removes from an engine what a process that was killed left there: networks, what holds them open, containers
 * that were never started, notes of kills; and images that nothing uses and a registry has. Several backends may share an engine, so that what is removed at
 * once has to be certainly nobody's.
 */
export class Sweep {
  /** How often a sandbox was seen that nothing used. */
  private looks = new Map<string, number>();
  private readonly images: ImageSweep;

  /** `concerns`: the names that it may touch, where others on the engine live in another time. */
  constructor(
    private readonly engine: EngineClient & {
      readonly sandboxes: Record<NetworkKind, Sandboxes>;
    },
    private readonly concerns: (name: string) => boolean = () => true,
  ) {
    this.images = new ImageSweep(engine, concerns);
  }

  async run(now: number): Promise<void> {
    const containers = await listOwn(this.engine);
    await this.sweepSandboxes(containers);
    await this.sweepContainers(containers, now);
    await this.sweepNetworks(containers, now);
    await this.sweepNotes(containers, now);
    await this.sweepCaches(now);
    await this.images.run(now);
  }

  /** First it is only noted, then it is renamed, so that no start finds it any more, and then it is removed. */
  private async sweepSandboxes(
    containers: Docker.ContainerInfo[],
  ): Promise<void> {
    // By name or by id, as the engine has kept it
    const used = new Set(
      containers.map(
        ({ HostConfig }) =>
          /^container:(.*)/.exec(HostConfig.NetworkMode ?? '')?.[1],
      ),
    );
    const looks = new Map<string, number>();
    for (const container of containers) {
      const name = nameOf(container);
      const { Id, Labels } = container;
      const original = name.replace(LEFT, '');
      const { default: pool } = this.engine.sandboxes;
      if (
        Labels[LABELS.managed] === 'network' &&
        this.concerns(original) &&
        !used.has(original) &&
        !used.has(Id) &&
        !this.isKept(original)
      ) {
        const look = (this.looks.get(Id) ?? 0) + 1;
        looks.set(Id, look);
        if (isOwnerDead(Labels[LABELS.owner]) || look > 2) {
          await pool.discard(name);
          await removeNetwork(this.engine, original);
        } else if (look === 2) {
          await this.engine.call(docker =>
            docker.getContainer(Id).rename({ name: `${original}${LEFT}` }),
          );
        }
      }
    }
    this.looks = looks;
  }

  private isKept(name: string): boolean {
    return Object.values(this.engine.sandboxes).some(pool => pool.keeps(name));
  }

  private async sweepContainers(
    containers: Docker.ContainerInfo[],
    now: number,
  ): Promise<void> {
    for (const container of containers) {
      const { Id, State, Created, Labels } = container;
      if (
        this.concerns(nameOf(container)) &&
        State === 'created' &&
        Labels[LABELS.managed] !== 'network' &&
        now - Created * 1000 > UNSTARTED_FOR_MS
      ) {
        // Not by force: should it be started just now, the removal is refused
        await this.engine.call(docker =>
          docker.getContainer(Id).remove({ v: true }).catch(ignoreMissing),
        );
      }
    }
  }

  private async sweepNetworks(
    containers: Docker.ContainerInfo[],
    now: number,
  ): Promise<void> {
    const names = new Set(
      containers.map(container => nameOf(container).replace(LEFT, '')),
    );
    const networks = await this.engine.call(docker =>
      docker.listNetworks({ filters: { label: [LABELS.managed] } }),
    );
    for (const { Id, Name, Created } of networks) {
      if (
        this.concerns(Name) &&
        !names.has(Name) &&
        now - Date.parse(Created) > UNUSED_FOR_MS
      ) {
        await this.engine.call(docker =>
          docker.getNetwork(Id).remove().catch(ignoreMissing),
        );
      }
    }
  }

  private async sweepNotes(
    containers: Docker.ContainerInfo[],
    now: number,
  ): Promise<void> {
    const attempts = new Set(
      containers.map(({ Labels }) => Labels[LABELS.attempt]),
    );
    const { Volumes } = await this.engine.call(docker =>
      docker.listVolumes({ filters: { label: [LABELS.managed] } }),
    );
    for (const volume of Volumes ?? []) {
      const { CreatedAt } = volumeTime(volume);
      if (
        this.concerns(volume.Name) &&
        !attempts.has(volume.Labels?.[LABELS.attempt]) &&
        now - Date.parse(CreatedAt) > UNUSED_FOR_MS
      ) {
        await this.engine.call(docker =>
          docker.getVolume(volume.Name).remove().catch(ignoreMissing),
        );
      }
    }
  }

  /** What builds that failed have left for the next one. */
  private async sweepCaches(now: number): Promise<void> {
    const images = await this.engine.call(docker =>
      docker.listImages({
        filters: { reference: [`${CACHE_REPOSITORY}/*/*`] },
      }),
    );
    const names = images
      .filter(({ Created }) => now - Created * 1000 > CACHED_FOR_MS)
      .flatMap(({ RepoTags }) => RepoTags ?? [])
      .filter(name => name.startsWith(`${CACHE_REPOSITORY}/`));
    for (const name of names.filter(this.concerns)) {
      await this.engine.call(docker =>
        docker.getImage(name).remove().catch(ignoreMissing),
      );
    }
  }
}

// The client's type leaves it out
function volumeTime(volume: object): { CreatedAt: string } {
  return { CreatedAt: String(Object(volume).CreatedAt) };
}

function ignoreMissing(error: unknown): void {
  // 403: a network is used; 409: a container runs, or is just being removed
  if (![403, 404, 409].includes(statusOf(error) ?? 0)) {
    throw error;
  }
}
