import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  LargeBodyError,
  type ArtifactStore,
} from '@model-ci/backstage-plugin-model-ci-node';
import { archive } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { hashingStore } from './hashingStore';
import { storeUpload } from './storeUpload';

type Store = Pick<ArtifactStore, 'write'>;

const FILES = { 'model/weights': 'w'.repeat(300_000) };
const full = new Error('the disk is full');

/** Destroys what it reads with its own error, as `pipeline` does. */
const writesToFullDisk: Store = {
  async write(content) {
    const disk = new Writable({
      write: (_chunk, _encoding, done) => done(full),
    });
    await pipeline(content, disk);
    throw new Error('never');
  },
};

const failsAfterReading: Store = {
  async write(content) {
    await buffer(content);
    throw full;
  },
};

const failsHalfway: Store = {
  async write(content) {
    for await (const _chunk of content) {
      throw full;
    }
    throw new Error('never');
  },
};

const hashing = hashingStore(() => {});

describe('an upload', () => {
  const upload = (body: Readable, store: Store) =>
    storeUpload({ body, path: 'model', store });

  it.each([
    ['on its disk', writesToFullDisk],
    ['after reading', failsAfterReading],
    ['halfway', failsHalfway],
  ])('fails by the error of a store that fails %s', async (_when, store) => {
    await expect(upload(archive(FILES), store)).rejects.toBe(full);
  });

  it('is blamed for what is wrong with the archive', async () => {
    const whole = await buffer(archive(FILES));
    for (const body of [
      whole.subarray(0, 100_000),
      whole.subarray(0, whole.length - 1024),
      await buffer(archive({ elsewhere: 'x' })),
      Buffer.alloc(1024),
    ]) {
      await expect(
        upload(Readable.from([body]), hashing),
      ).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('keeps what its connection says', async () => {
    const error = new LargeBodyError();
    const body = new Readable({
      read() {
        this.destroy(error);
      },
    });
    await expect(upload(body, hashing)).rejects.toBe(error);
  });
});
