import type { Request, Response } from 'express';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { sendStream } from './sendStream';

/** Sends a blob, or the range of it that is asked for. */
export async function sendBlob(
  req: Request,
  res: Response,
  blob: {
    store: Pick<ArtifactStore, 'open'>;
    digest: string;
    size: number;
    /** Its type, and under which name a browser saves it. */
    headers: Record<string, string>;
  },
): Promise<void> {
  const { store, digest, size } = blob;
  res.set({
    ...blob.headers,
    'X-Content-Type-Options': 'nosniff',
    // The bytes never change, but who may read them does. Compression would make ranges and lengths untrue.
    'Cache-Control': 'private, no-cache, no-transform',
    ETag: `"${digest}"`,
    'Accept-Ranges': 'bytes',
  });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = readRange(req, res, size);
  if (range === 'unsatisfiable') {
    res.status(416).set('Content-Range', `bytes */${size}`);
    res.removeHeader('Content-Disposition');
    res.end();
    return;
  }
  if (range) {
    res.status(206);
    res.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  res.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (req.method === 'HEAD' || size === 0) {
    res.end();
    return;
  }
  await sendStream(req, res, await store.open(digest, range));
}

/** Under which name a browser saves it; names come with the model's repository. */
export function attachmentOf(name: string): string {
  return `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`;
}

/** The one range that is asked for; undefined for the whole, which also answers several ranges at once. */
function readRange(
  req: Request,
  res: Response,
  size: number,
): { start: number; end: number } | undefined | 'unsatisfiable' {
  const condition = req.header('If-Range');
  if (condition !== undefined && condition !== res.get('ETag')) {
    return undefined;
  }
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) {
    return 'unsatisfiable';
  }
  if (!Array.isArray(ranges) || ranges.type !== 'bytes') {
    return undefined;
  }
  return ranges.length === 1 ? ranges[0] : undefined;
}
