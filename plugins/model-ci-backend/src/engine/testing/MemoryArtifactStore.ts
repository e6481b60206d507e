import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NotFoundError } from '@backstage/errors';
import type {
  ArtifactStore,
  StoredBlob,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Keeps blobs in memory, for tests. */
export class MemoryArtifactStore implements ArtifactStore {
  readonly blobs = new Map<string, Buffer>();

  async write(content: Readable): Promise<StoredBlob> {
    const data = await buffer(content);
    const digest = `sha256:${createHash('sha256').update(data).digest('hex')}`;
    this.blobs.set(digest, data);
    return { digest, size: data.length };
  }

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable> {
    const data = this.blobs.get(digest);
    if (!data) {
      throw new NotFoundError(`There is no artifact ${digest}`);
    }
    const end = range?.end === undefined ? undefined : range.end + 1;
    return Readable.from([data.subarray(range?.start ?? 0, end)]);
  }

  async size(digest: string): Promise<number | undefined> {
    return this.blobs.get(digest)?.length;
  }

  async delete(digest: string): Promise<void> {
    this.blobs.delete(digest);
  }
}
