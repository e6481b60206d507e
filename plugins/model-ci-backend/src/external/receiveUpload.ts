import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ConflictError, InputError } from '@backstage/errors';
import {
  reason,
  type ExternalUpload,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  addPart,
  completeUpload,
  demandPart,
  dropUpload,
  listParts,
  openUpload,
  type Announced,
} from '../database/operations/external/uploads';
import type {
  ExternalUploadPartRow,
  ExternalUploadRow,
} from '../database/tables/externalRuns';
import { storeUpload } from '../transfers/storeUpload';
import { withReason } from '../withReason';
import type { ExternalContext } from './types';

/**
 * Random bytes before each part in the store. A part is no content that anybody else could have, so that it can be deleted
 * by its digest once it is of no more use.
 */
const NONCE_BYTES = 32;

export interface UploadPart {
  /** Where in the upload it begins. */
  start: number;
  /** What comes; to be read, or not to be opened. */
  open(): Readable;
}

/**
 * Takes a part of an upload, and keeps the upload once it is whole and has the digest that was announced. Until then nothing
 * sees it. A part that the portal has already is passed over; the answer says where to go on.
 */
export async function receiveUpload(
  ctx: ExternalContext,
  announced: Announced,
  part: UploadPart | undefined,
): Promise<ExternalUpload> {
  const { upload, dropped } = await openUpload(ctx.db, announced, {
    maxBytes: ctx.maxRunBytes,
    key: 'modelCi.externalRuns.maxRunBytes',
  });
  await deleteParts(ctx, dropped);
  const received = Number(upload.received);
  if (upload.stored_digest !== null) {
    return { received, complete: true };
  }
  if (part && part.start > received) {
    throw withReason(
      ConflictError,
      reason('error.uploadGap', { received, start: part.start }),
    );
  }
  const size =
    part && part.start === received && received < announced.size
      ? await keepPart(ctx, upload, part)
      : 0;
  const now = received + size;
  if (now < announced.size) {
    return { received: now, complete: false };
  }
  await assemble(ctx, upload);
  return { received: now, complete: true };
}

/** The part becomes a row only once the store has all of it; answers how many bytes it has. */
async function keepPart(
  ctx: ExternalContext,
  upload: ExternalUploadRow,
  { start, open }: UploadPart,
): Promise<number> {
  await demandPart(ctx.db, upload);
  async function* named() {
    yield randomBytes(NONCE_BYTES);
    yield* open();
  }
  const blob = await ctx.store.write(
    Readable.from(named(), { objectMode: false }),
  );
  const size = blob.size - NONCE_BYTES;
  const fits = size > 0 && start + size <= Number(upload.size);
  const part = { uploadId: upload.id, start, size, digest: blob.digest };
  if (!fits || !(await addPart(ctx.db, part))) {
    await deleteParts(ctx, [blob.digest]);
    if (!fits) {
      throw new InputError(
        `The part has ${size} bytes from ${start} on, which is not within the ${upload.size} that were announced`,
      );
    }
    throw new ConflictError(
      'Another request uploads the same at the same time: ask how far it has come, and go on from there',
    );
  }
  return size;
}

/** Puts the parts together: what is wrong with the whole begins it anew. */
async function assemble(
  ctx: ExternalContext,
  upload: ExternalUploadRow,
): Promise<void> {
  const parts = await listParts(ctx.db, upload.id);
  const whole = Readable.from(checked(ctx, upload, parts), {
    objectMode: false,
  });
  try {
    const { digest, size } =
      upload.kind === 'artifact'
        ? await keepArchive(ctx, upload, whole)
        : await ctx.store.write(whole);
    await completeUpload(ctx.db, { uploadId: upload.id, digest, size });
  } catch (error) {
    if (InputError.is(error) || isInputError(error)) {
      await deleteParts(ctx, await dropUpload(ctx.db, upload.id));
      throw InputError.is(error) ? error : causeOf(error);
    }
    throw error;
  }
  await deleteParts(
    ctx,
    parts.map(({ digest }) => digest),
  );
}

async function keepArchive(
  { store }: ExternalContext,
  { path }: ExternalUploadRow,
  body: Readable,
) {
  const stored = await storeUpload({ body, path, store });
  if (stored.type === 'refused') {
    throw withReason(InputError, stored.reason);
  }
  return stored;
}

async function* checked(
  { store }: ExternalContext,
  { digest }: ExternalUploadRow,
  parts: ExternalUploadPartRow[],
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for (const part of parts) {
    const content = await store.open(part.digest, { start: NONCE_BYTES });
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) {
    throw withReason(
      InputError,
      reason('error.uploadDigest', { actual, digest }),
    );
  }
}

/** A store may wrap the error of the stream that it reads. */
function isInputError(error: unknown): boolean {
  return causeOf(error) !== undefined;
}

function causeOf(error: unknown): Error | undefined {
  let inner = error;
  for (let depth = 0; depth < 10 && inner instanceof Error; depth++) {
    if (InputError.is(inner)) {
      return inner;
    }
    inner = inner.cause;
  }
  return undefined;
}

/** What cannot be deleted now lies there without use. */
export async function deleteParts(
  { store, logger }: ExternalContext,
  digests: string[],
): Promise<void> {
  for (const digest of digests) {
    await store.delete(digest).catch(error => {
      logger.warn(`Part ${digest} of an upload was not deleted: ${error}`);
    });
  }
}
