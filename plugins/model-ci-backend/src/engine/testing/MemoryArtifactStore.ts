import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NotFoundError } from '@backstage/errors';
import {
  demandDigest,
  demandRange,
  type ArtifactStore,
  type StoredBlob,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Keeps blobs in memory, for tests. */
export class MemoryArtifactStore implements ArtifactStore {
  readonly blobs = new Map<string, Buffer>();

  async write(content: Readable): Promise<StoredBlob> {
    const data = await buffer(content);
    const digest = digestOf(data);
    this.blobs.set(digest, data);
    return { digest, size: data.length };
  }

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable> {
    demandDigest(digest);
    const { start, end } = demandRange(range);
    const data = this.blobs.get(digest);
    if (!data) {
      throw new NotFoundError(`There is no artifact ${digest}`);
    }
    const last = Math.min(end ?? data.length - 1, data.length - 1);
    const isWhole = start === 0 && last === data.length - 1;
    const isDamaged = isWhole && digestOf(data) !== digest;
    return Readable.from(
      isDamaged
        ? damaged(digest)
        : [data.subarray(start, last + 1)].filter(({ length }) => length > 0),
    );
  }

  async size(digest: string): Promise<number | undefined> {
    demandDigest(digest);
    return this.blobs.get(digest)?.length;
  }

  async delete(digest: string): Promise<void> {
    demandDigest(digest);
    this.blobs.delete(digest);
  }
}

function digestOf(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

async function* damaged(digest: string): AsyncGenerator<Buffer> {
  throw new Error(`The artifact ${digest} is damaged`);
}
