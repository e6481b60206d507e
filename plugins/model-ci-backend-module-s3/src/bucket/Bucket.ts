import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Settings } from '../config';
import { codeOf, kindOf } from './failures';
import { patiently, type Clock } from './patiently';

/** How long a call that somebody waits for is repeated while the store is away. */
const BRIEF_MS = 5_000;
/** Somebody waits for the answer. */
const QUICK = { requestTimeout: 10_000 };

/** One upload in parts that is under way. */
export interface PartedUpload {
  key: string;
  uploadId: string;
}

export interface UploadedPart {
  PartNumber: number;
  ETag?: string;
}

/**
 * The calls to one bucket, by keys that have the prefix already. What moves bytes is repeated for `patienceMs` while the
 * store is away. Calls reject with errors of the SDK, which `failures` tells apart.
 */
export class Bucket {
  readonly name: string;

  constructor(
    readonly client: S3Client,
    private readonly options: {
      settings: S3Settings;
      clock: Clock;
      patienceMs: number;
    },
  ) {
    this.name = options.settings.bucket;
  }

  async put(key: string, body: Buffer): Promise<void> {
    await this.patiently(() =>
      this.client.send(
        new PutObjectCommand({
          ...this.at(key),
          ...this.encryption,
          Body: body,
        }),
      ),
    );
  }

  /** Undefined where there is no such object; a bucket that is not there is an error. */
  async size(key: string): Promise<number | undefined> {
    return await this.briefly(() => this.askSize(key));
  }

  /** The same, for whoever waits for a store that is away. */
  async patientSize(key: string): Promise<number | undefined> {
    return await this.patiently(() => this.askSize(key));
  }

  /** A stream of the bytes from `start` to `end`, which is included, and how many the object has. */
  async open(
    key: string,
    { start, end }: { start: number; end?: number },
    signal: AbortSignal,
  ): Promise<{ body: Readable; total: number }> {
    // An empty object has no range at all.
    const isWhole = start === 0 && end === undefined;
    const get = new GetObjectCommand({
      ...this.at(key),
      ...(!isWhole && { Range: `bytes=${start}-${end ?? ''}` }),
    });
    const { Body, ContentLength, ContentRange } = await this.patiently(
      () => this.client.send(get, { abortSignal: signal }),
      signal,
    );
    if (!(Body instanceof Readable)) {
      throw new Error('The server answered with no content');
    }
    // Where there is no range in the answer, it is the whole object.
    const total = ContentRange?.split('/')[1] ?? ContentLength;
    return { body: Body, total: Number(total) };
  }

  async delete(key: string): Promise<void> {
    await this.briefly(() =>
      this.client.send(new DeleteObjectCommand(this.at(key)), QUICK),
    );
  }

  /** Copies a whole object. False where the server was silent for too long meanwhile. */
  async copy(from: string, to: string): Promise<boolean> {
    return await this.patiently(async () => {
      try {
        await this.client.send(this.copyOf(from, to));
        return true;
      } catch (error) {
        if (codeOf(error) === 'TimeoutError') {
          return false;
        }
        throw error;
      }
    });
  }

  async beginUpload(key: string): Promise<PartedUpload> {
    const { UploadId } = await this.patiently(() =>
      this.client.send(
        new CreateMultipartUploadCommand({
          ...this.at(key),
          ...this.encryption,
        }),
      ),
    );
    if (!UploadId) {
      throw new Error('The server began an upload and gave it no id');
    }
    return { key, uploadId: UploadId };
  }

  async uploadPart(
    upload: PartedUpload,
    part: { number: number; bytes: Buffer },
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const { ETag } = await this.patiently(
      () =>
        this.client.send(
          new UploadPartCommand({
            ...this.of(upload),
            PartNumber: part.number,
            Body: part.bytes,
          }),
          { abortSignal: signal },
        ),
      signal,
    );
    return { PartNumber: part.number, ETag };
  }

  async copyPart(
    upload: PartedUpload,
    part: { number: number; from: string; start: number; end: number },
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const { CopyPartResult } = await this.patiently(
      () =>
        this.client.send(
          new UploadPartCopyCommand({
            ...this.of(upload),
            PartNumber: part.number,
            CopySource: this.source(part.from),
            CopySourceRange: `bytes=${part.start}-${part.end}`,
          }),
          { abortSignal: signal },
        ),
      signal,
    );
    return { PartNumber: part.number, ETag: CopyPartResult?.ETag };
  }

  /** Also where an answer that was lost had completed it. */
  async completeUpload(
    upload: PartedUpload,
    parts: UploadedPart[],
    size: number,
  ): Promise<void> {
    try {
      await this.patiently(() =>
        this.client.send(
          new CompleteMultipartUploadCommand({
            ...this.of(upload),
            MultipartUpload: { Parts: parts },
          }),
        ),
      );
    } catch (error) {
      const isDone =
        kindOf(error) === 'missing' &&
        (await this.patientSize(upload.key)) === size;
      if (!isDone) {
        throw error;
      }
    }
  }

  /** Harmless if it has ended. */
  async abortUpload(upload: PartedUpload): Promise<void> {
    try {
      await this.briefly(() =>
        this.client.send(
          new AbortMultipartUploadCommand(this.of(upload)),
          QUICK,
        ),
      );
    } catch (error) {
      if (kindOf(error) !== 'missing') {
        throw error;
      }
    }
  }

  /** Writes an empty object, if that is possible now. Answers how the server says that it is encrypted. */
  async probe(key: string): Promise<string | undefined> {
    const { ServerSideEncryption } = await this.briefly(() =>
      this.client.send(
        new PutObjectCommand({
          ...this.at(key),
          ...this.encryption,
          Body: Buffer.alloc(0),
        }),
        QUICK,
      ),
    );
    return ServerSideEncryption;
  }

  /** Copies a small object, if that is possible now. */
  async probeCopy(from: string, to: string): Promise<void> {
    await this.briefly(() => this.client.send(this.copyOf(from, to), QUICK));
  }

  /** Lists a key below a prefix, if that is possible now. */
  async demandListing(prefix: string): Promise<void> {
    await this.briefly(() =>
      this.client.send(
        new ListObjectsV2Command({
          Bucket: this.name,
          Prefix: prefix,
          MaxKeys: 1,
        }),
        QUICK,
      ),
    );
  }

  private async askSize(key: string): Promise<number | undefined> {
    try {
      const head = new HeadObjectCommand(this.at(key));
      return (await this.client.send(head, QUICK)).ContentLength;
    } catch (error) {
      if (kindOf(error) !== 'missing') {
        throw error;
      }
      // The answer to HEAD does not say what is missing.
      const bucket = new HeadBucketCommand({ Bucket: this.name });
      await this.client.send(bucket, QUICK);
      return undefined;
    }
  }

  private copyOf(from: string, to: string): CopyObjectCommand {
    return new CopyObjectCommand({
      ...this.at(to),
      ...this.encryption,
      CopySource: this.source(from),
    });
  }

  private at(key: string) {
    return { Bucket: this.name, Key: key };
  }

  private of({ key, uploadId }: PartedUpload) {
    return { ...this.at(key), UploadId: uploadId };
  }

  private source(key: string): string {
    return `${this.name}/${key}`;
  }

  private get encryption() {
    const { encryption } = this.options.settings;
    return {
      ...(encryption && { ServerSideEncryption: encryption.type }),
      ...(encryption?.type === 'aws:kms' && {
        SSEKMSKeyId: encryption.kmsKeyId,
      }),
    };
  }

  private patiently<T>(
    call: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { clock, patienceMs } = this.options;
    return patiently(call, { clock, patienceMs, signal });
  }

  private briefly<T>(call: () => Promise<T>): Promise<T> {
    return patiently(call, { clock: this.options.clock, patienceMs: BRIEF_MS });
  }
}
