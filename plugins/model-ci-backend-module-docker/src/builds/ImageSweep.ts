import { BUILT_REPOSITORY } from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import type { EngineClient } from '../engines/EngineClient';
import { statusOf } from '../engines/errors';
import { isPushed, pushPrefixes } from './pushedImages';

const HOUR_MS = 3_600_000;
/** A run that has built one goes on with it soon. */
const UNUSED_FOR_MS = HOUR_MS;
const YOUNG_FOR_MS = 24 * HOUR_MS;

/** Attempts are named so, and people name no tags so. */
const ATTEMPT_TAG =
  /:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Listed = Pick<
  Docker.ImageInfo,
  'Id' | 'Created' | 'RepoTags' | 'RepoDigests'
>;

/**
 * Removes from an engine what stages have built and a registry has as well, where nothing has used it for a while: whatever
 * runs it later pulls it again. Only names that were given here are taken off, so that an image stays which somebody else
 * has named. Of each pipeline the newest stays, since the next build takes its layers.
 */
export class ImageSweep {
  /** Since when an image has been seen unused, by its id. */
  private unused = new Map<string, number>();

  constructor(
    private readonly engine: EngineClient,
    private readonly concerns: (name: string) => boolean = () => true,
  ) {}

  async run(now: number): Promise<void> {
    const { registries } = this.engine.config;
    if (pushPrefixes(registries).length === 0) {
      return;
    }
    const { images, used } = await this.engine.call(async docker => ({
      images: await docker.listImages(),
      used: new Set(
        (
          await docker.listContainers({ all: true })
        ).map(({ ImageID }) => ImageID),
      ),
    }));
    const unused = new Map<string, number>();
    for (const image of this.superfluous(images)) {
      if (!used.has(image.Id)) {
        const since = this.unused.get(image.Id) ?? now;
        unused.set(image.Id, since);
        if (
          now - since >= UNUSED_FOR_MS &&
          now - image.Created * 1000 >= YOUNG_FOR_MS
        ) {
          await this.remove(image);
        }
      }
    }
    this.unused = unused;
  }

  /** What was made here and is in a registry, without the newest of each repository. */
  private superfluous(images: Listed[]): Listed[] {
    const kept = new Set<string>();
    return images
      .filter(isMadeHere)
      .sort((one, other) => other.Created - one.Created)
      .filter(image => {
        const digests = this.digestsOf(image).filter(this.concerns);
        const repositories = digests.map(name => name.split('@')[0]);
        const isNewest = repositories.some(name => !kept.has(name));
        repositories.forEach(name => kept.add(name));
        return digests.length > 0 && !isNewest;
      });
  }

  private digestsOf({ RepoDigests }: Listed): string[] {
    const { registries } = this.engine.config;
    return (RepoDigests ?? []).filter(name => isPushed(name, registries));
  }

  private async remove(image: Listed): Promise<void> {
    const prefixes = [
      `${BUILT_REPOSITORY}/`,
      ...pushPrefixes(this.engine.config.registries),
    ];
    const tags = (image.RepoTags ?? []).filter(name =>
      prefixes.some(prefix => name.startsWith(prefix)),
    );
    for (const name of [...tags, ...this.digestsOf(image)]) {
      await this.engine.call(docker =>
        docker
          .getImage(name)
          .remove()
          .catch(error => {
            // It went with another name, or something uses it by now
            if (![404, 409].includes(statusOf(error) ?? 0)) {
              throw error;
            }
          }),
      );
    }
  }
}

/** Built here, or pulled here by its digest. What somebody has pulled by a tag of theirs is that person's. */
function isMadeHere({ RepoTags }: Listed): boolean {
  const tags = (RepoTags ?? []).filter(name => name !== '<none>:<none>');
  return tags.length === 0 || tags.some(name => ATTEMPT_TAG.test(name));
}
