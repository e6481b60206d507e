import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/** Sends a stream as the body. A reader that goes away is no error; a stream that breaks cuts the connection. */
export async function sendStream(
  req: Request,
  res: Response,
  stream: Readable,
): Promise<void> {
  if (req.method === 'HEAD') {
    stream.destroy();
    res.end();
    return;
  }
  try {
    await pipeline(stream, res);
  } catch (error) {
    // Without headers sent an error can still be answered in words; after that a cut connection is all there is.
    if (!res.headersSent && !res.destroyed) {
      throw error;
    }
    res.destroy();
  }
}
