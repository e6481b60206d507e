import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { onceClosed } from './onceClosed';

/** The rest of a request did not come in time. */
export class StalledBodyError extends Error {
  constructor() {
    super('The request did not go on');
    this.name = 'StalledBodyError';
  }
}

/** A request is longer than it may be. */
export class LargeBodyError extends Error {
  constructor() {
    super('The request is too large');
    this.name = 'LargeBodyError';
  }
}

export interface BodyLimits {
  maxBytes: number;
  /** In each span of this length, at least {@link minBytes} must come while somebody waits for them. */
  windowMs: number;
  minBytes: number;
}

/** Slower than any modem, and fast enough that nobody holds a place with a byte now and then. */
export const BODY_RATE = { windowMs: 30_000, minBytes: 1024 };

/** The body of a request, decompressed and within limits. Whoever reads it sees an error where it breaks one. */
export function openBody(req: IncomingMessage, limits: BodyLimits): Readable {
  const watch = watchBody(limits);
  const source =
    req.headers['content-encoding'] === 'gzip'
      ? req.pipe(createGunzip()).on('error', error => watch.destroy(error))
      : req;
  req.on('error', error => watch.destroy(error));
  onceClosed(req, () => {
    if (!req.readableEnded && !watch.writableEnded) {
      watch.destroy(new Error('The client is gone'));
    }
  });
  return source.pipe(watch);
}

function watchBody({ maxBytes, windowMs, minBytes }: BodyLimits): Transform {
  let total = 0;
  let atStart = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      done(total > maxBytes ? new LargeBodyError() : null, chunk);
    },
  });
  const timer = setInterval(() => {
    // With something left to read, it is the reader who is slow.
    if (total - atStart < minBytes && watch.readableLength === 0) {
      watch.destroy(new StalledBodyError());
    }
    atStart = total;
  }, windowMs);
  timer.unref();
  watch.on('finish', () => clearInterval(timer));
  watch.on('close', () => clearInterval(timer));
  return watch;
}
