import type { NextFunction, Request, Response } from 'express';

const HIDDEN = '…';
const ADDRESS = /^([^?#]*\/transfers\/)([^/?#]+)/i;

const tokens = new WeakMap<Request, string>();

/**
 * Takes the token of a transfer out of the request before anything decodes, logs or quotes its address, also where no
 * route takes the rest of it. Not decodable, it is kept as it came, and holds for nothing.
 */
export function hideToken(
  req: Request,
  _res: Response,
  next: NextFunction,
): void {
  const [, , token] = /^\/transfers\//i.test(req.url)
    ? ADDRESS.exec(req.url) ?? []
    : [];
  if (token !== undefined) {
    tokens.set(req, decode(token));
    req.url = hide(req.url);
    req.originalUrl = hide(req.originalUrl);
  }
  next();
}

/** The token that was taken out. */
export function tokenOf(req: Request): string {
  return tokens.get(req) ?? '';
}

function hide(url: string): string {
  return url.replace(ADDRESS, `$1${HIDDEN}`);
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
