import {
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListMultipartUploadsCommandOutput,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import type { Bucket, PartedUpload } from './Bucket';
import { kindOf } from './failures';

/**
 * Removes what killed writes left behind, and answers how many that were: uploads below either prefix that nothing was
 * added to since, and below the first one objects that were not copied to their digest.
 */
export async function sweepUnfinished(
  bucket: Bucket,
  options: {
    staging: string;
    /** Where objects are copied to in parts. */
    copies: string;
    before: Date;
  },
): Promise<number> {
  const { staging, copies, before } = options;
  let removed = 0;
  for (const prefix of [staging, copies]) {
    for await (const { begun, ...upload } of listUploads(bucket, prefix)) {
      if (begun <= before && (await isIdle(bucket, upload, before))) {
        await bucket.abortUpload(upload);
        removed += 1;
      }
    }
  }
  for await (const { key, modified } of listObjects(bucket, staging)) {
    if (modified <= before) {
      await bucket.delete(key);
      removed += 1;
    }
  }
  return removed;
}

async function* listUploads(
  { client, name }: Bucket,
  prefix: string,
): AsyncGenerator<PartedUpload & { begun: Date }> {
  let position: { KeyMarker?: string; UploadIdMarker?: string } | undefined =
    {};
  while (position) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({
        Bucket: name,
        Prefix: prefix,
        ...position,
      }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key && UploadId && Initiated) {
        yield { key: Key, uploadId: UploadId, begun: Initiated };
      }
    }
    position = page.IsTruncated
      ? {
          KeyMarker: page.NextKeyMarker,
          UploadIdMarker: page.NextUploadIdMarker,
        }
      : undefined;
  }
}

/** Whether no part came since, and the upload has not ended meanwhile. */
async function isIdle(
  { client, name }: Bucket,
  { key, uploadId }: PartedUpload,
  before: Date,
): Promise<boolean> {
  try {
    let marker: string | undefined;
    // Not the SDK's paginator, which goes on for ever: Ceph names a next marker on the last page as well.
    do {
      const page: ListPartsCommandOutput = await client.send(
        new ListPartsCommand({
          Bucket: name,
          Key: key,
          UploadId: uploadId,
          PartNumberMarker: marker,
        }),
      );
      const { Parts = [] } = page;
      if (Parts.some(({ LastModified = before }) => LastModified > before)) {
        return false;
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker);
    return true;
  } catch (error) {
    if (kindOf(error) === 'missing') {
      return false;
    }
    throw error;
  }
}

async function* listObjects(
  { client, name }: Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; modified: Date }> {
  const pages = paginateListObjectsV2(
    { client },
    { Bucket: name, Prefix: prefix },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key, LastModified } of Contents) {
      if (Key && LastModified) {
        yield { key: Key, modified: LastModified };
      }
    }
  }
}
