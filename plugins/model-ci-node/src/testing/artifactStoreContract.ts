import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArtifactStore } from '../artifactStore';

/** A store under test. */
export interface ArtifactStoreUnderTest {
  store: ArtifactStore;
  /** Changes one byte of a stored blob behind the store's back. */
  damage(digest: string): Promise<void>;
  /** Removes everything. */
  dispose(): Promise<void>;
}

/** What a store can do besides, and then has to do right. */
export interface ArtifactStoreFeatures {
  /** Gives engines URLs. */
  signsUrls: boolean;
  /** Removes what killed writes have left. */
  sweeps: boolean;
}

const MEGABYTE = 1024 * 1024;

/**
 * The tests that every artifact store passes. Call it at the top of a Jest test file; `create` is
 * called for each test and answers an empty store.
 */
export function artifactStoreContract(
  name: string,
  {
    features,
    create,
  }: {
    features: ArtifactStoreFeatures;
    create(): Promise<ArtifactStoreUnderTest>;
  },
): void {
  describe(`artifact store contract: ${name}`, () => {
    let subject: ArtifactStoreUnderTest;
    let store: ArtifactStore;

    beforeEach(async () => {
      subject = await create();
      store = subject.store;
    });

    afterEach(async () => {
      await subject.dispose();
    });

    it('names what was written by its sha256 digest and reads it back', async () => {
      const content = Buffer.from('bytes of a model');

      const blob = await store.write(Readable.from([content]));

      expect(blob).toEqual({ digest: digestOf(content), size: 16 });
      expect(await store.size(blob.digest)).toBe(16);
      expect(await buffer(await store.open(blob.digest))).toEqual(content);
    });

    it('stores an empty stream', async () => {
      const blob = await store.write(Readable.from([]));

      expect(blob).toEqual({ digest: digestOf(Buffer.alloc(0)), size: 0 });
      expect(await buffer(await store.open(blob.digest))).toHaveLength(0);
    });

    it('streams more than fits into one chunk', async () => {
      const part = Buffer.alloc(MEGABYTE);
      const hash = createHash('sha256');
      function* parts() {
        for (let i = 0; i < 24; i += 1) {
          part.fill(i);
          hash.update(part);
          yield Buffer.from(part);
        }
      }

      const blob = await store.write(Readable.from(parts()));

      expect(blob.size).toBe(24 * MEGABYTE);
      const read = createHash('sha256');
      for await (const chunk of await store.open(blob.digest)) {
        read.update(chunk);
      }
      const expected = hash.digest('hex');
      expect(blob.digest).toBe(`sha256:${expected}`);
      expect(read.digest('hex')).toBe(expected);
    });

    it('takes the same bytes from several writers at once', async () => {
      const content = Buffer.alloc(3 * MEGABYTE, 'same');

      const blobs = await Promise.all(
        Array.from({ length: 8 }, () =>
          store.write(Readable.from(inPieces(content))),
        ),
      );

      expect(new Set(blobs.map(blob => blob.digest))).toEqual(
        new Set([digestOf(content)]),
      );
      const read = await buffer(await store.open(blobs[0].digest));
      expect(read.equals(content)).toBe(true);
    });

    it('shows nothing of a write that has not ended', async () => {
      const content = Buffer.from('half and half');
      const source = new Readable({ read() {} });
      const written = store.write(source);
      source.push(content);

      expect(await store.size(digestOf(content))).toBeUndefined();
      source.push(null);
      await written;
      expect(await store.size(digestOf(content))).toBe(content.length);
    });

    it('keeps nothing of a stream that breaks off', async () => {
      const begun = Buffer.from('begun');
      async function* broken() {
        yield begun;
        throw new Error('the connection was lost');
      }

      await expect(store.write(Readable.from(broken()))).rejects.toThrow(
        'the connection was lost',
      );

      expect(await store.size(digestOf(begun))).toBeUndefined();
    });

    it('keeps nothing of a stream that is destroyed without an error', async () => {
      const begun = Buffer.from('begun');
      const source = new Readable({ read() {} });
      source.push(begun);
      const written = store.write(source);
      source.destroy();

      await expect(written).rejects.toThrow();

      expect(await store.size(digestOf(begun))).toBeUndefined();
    });

    it('reads ranges, the end included', async () => {
      const { digest } = await store.write(Readable.from(['0123456789']));
      const read = async (range: { start: number; end?: number }) =>
        (await buffer(await store.open(digest, range))).toString();

      expect(await read({ start: 0, end: 0 })).toBe('0');
      expect(await read({ start: 3, end: 5 })).toBe('345');
      expect(await read({ start: 7 })).toBe('789');
      expect(await read({ start: 8, end: 1000 })).toBe('89');
      expect(await read({ start: 0, end: 1000 })).toBe('0123456789');
    });

    it.each([
      { start: -1 },
      { start: 1.5 },
      { start: Number.NaN },
      { start: 5, end: 4 },
    ])('refuses the range %j', async range => {
      const { digest } = await store.write(Readable.from(['0123456789']));

      await expect(store.open(digest, range)).rejects.toMatchObject({
        name: 'InputError',
      });
    });

    it('says NotFoundError before it answers a stream', async () => {
      const digest = digestOf(Buffer.from('never written'));

      await expect(store.open(digest)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
      expect(await store.size(digest)).toBeUndefined();
    });

    it('forgets what is deleted, and deletes twice', async () => {
      const { digest } = await store.write(Readable.from(['short-lived']));

      await store.delete(digest);
      await store.delete(digest);

      expect(await store.size(digest)).toBeUndefined();
      await expect(store.open(digest)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    it.each([
      '',
      'sha256:',
      'sha256:../../../../etc/passwd',
      `sha256:${'../'.repeat(21)}a`,
      `sha256:${'A'.repeat(64)}`,
      `sha256:${'a'.repeat(63)}`,
      `sha256:${'a'.repeat(64)}\n`,
      `sha256:${'a'.repeat(64)}/..`,
      `md5:${'a'.repeat(64)}`,
      'a'.repeat(64),
    ])('refuses %j as a digest', async digest => {
      const refusal = { name: 'InputError' };
      await expect(store.open(digest)).rejects.toMatchObject(refusal);
      await expect(store.size(digest)).rejects.toMatchObject(refusal);
      await expect(store.delete(digest)).rejects.toMatchObject(refusal);
    });

    it('ends a whole read of a damaged blob in an error that names it', async () => {
      const content = Buffer.alloc(2 * MEGABYTE, 'x');
      const { digest } = await store.write(Readable.from(inPieces(content)));
      await subject.damage(digest);

      await expect(buffer(await store.open(digest))).rejects.toThrow(digest);
      await expect(
        buffer(await store.open(digest, { start: 0 })),
      ).rejects.toThrow(digest);
    });

    it('does what it is said to, and nothing besides', () => {
      expect({
        signsUrls: store.signUrl !== undefined,
        sweeps: store.sweep !== undefined,
      }).toEqual(features);
    });

    if (features.signsUrls) {
      it('gives engines a URL for one blob and nothing else', async () => {
        const { digest } = await store.write(Readable.from(['0123456789']));
        const signUrl = (of: string) => store.signUrl!(of);

        const { url, expiresAt } = await signUrl(digest);

        expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
        expect(await (await fetch(url)).text()).toBe('0123456789');
        const part = await fetch(url, { headers: { Range: 'bytes=3-5' } });
        expect([part.status, await part.text()]).toEqual([206, '345']);
        const hex = digest.slice('sha256:'.length);
        const other = url.replace(hex, 'f'.repeat(64));
        for (const [target, method] of [
          [url, 'PUT'],
          [url, 'DELETE'],
          [other, 'GET'],
        ]) {
          const answer = await fetch(target, { method });
          expect([method, answer.status]).toEqual([method, 403]);
        }
        expect(await store.size(digest)).toBe(10);
        await expect(signUrl('nonsense')).rejects.toMatchObject({
          name: 'InputError',
        });
      });
    }

    if (features.sweeps) {
      it('sweeps nothing that was stored', async () => {
        const { digest } = await store.write(Readable.from(['kept']));

        await store.sweep!({ idleMs: 0 });

        expect(await store.size(digest)).toBe(4);
      });
    }

    it('heals a damaged blob when the same bytes are written again', async () => {
      const { digest } = await store.write(Readable.from(['precious']));
      await subject.damage(digest);

      await store.write(Readable.from(['precious']));

      expect((await buffer(await store.open(digest))).toString()).toBe(
        'precious',
      );
    });
  });
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function* inPieces(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += 64 * 1024) {
    yield content.subarray(start, start + 64 * 1024);
  }
}
