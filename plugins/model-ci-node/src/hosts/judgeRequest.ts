import { isIP } from 'node:net';
import type { HostRules } from './readHostRules';

/** What a decision needs of a request. */
export interface RequestHead {
  method?: string;
  url?: string;
  headers: {
    host?: string;
    origin?: string;
    upgrade?: string;
    'sec-fetch-site'?: string | string[];
  };
}

export interface Refusal {
  status: 403 | 421;
  message: string;
}

/**
 * Why a request is not served, undefined if it is. A browser always says under which name it called (`Host`) and, where
 * a request may change something, whose page made it do so (`Origin`); nothing else does, so what has no
 * `Origin` comes from no page.
 *
 * - A page whose own name was pointed at this backend (DNS rebinding) calls under that name.
 * - A page of another site cannot read answers, but could have something done.
 */
export function judgeRequest(
  request: RequestHead,
  rules: HostRules,
): Refusal | undefined {
  const { host, origin } = request.headers;
  if (isProbe(request)) {
    return undefined;
  }
  if (host !== undefined && !isOwnName(host, rules)) {
    return { status: 421, message: unknownHost(host) };
  }
  if (!mayChange(request) || isSignInCallback(request)) {
    return undefined;
  }
  if (origin === undefined) {
    return request.headers['sec-fetch-site'] === 'cross-site'
      ? { status: 403, message: foreignOrigin('another site') }
      : undefined;
  }
  return isSameOrigin(origin, host) || rules.allowsOrigin(origin)
    ? undefined
    : { status: 403, message: foreignOrigin(`'${origin}'`) };
}

/** A name that only this backend's owner can have chosen. No page can be rebound to an address or to localhost. */
function isOwnName(host: string, rules: HostRules): boolean {
  const url = `http://${host}`;
  if (/[/?#@\\\s]/.test(host) || !URL.canParse(url)) {
    return false;
  }
  const name = new URL(url).hostname.replace(/\.$/, '');
  return (
    rules.hostnames.has(name) ||
    name === 'localhost' ||
    isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
  );
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

function mayChange({ method, headers }: RequestHead): boolean {
  const reads = ['GET', 'HEAD', 'OPTIONS'].includes(method ?? 'GET');
  return !reads || headers.upgrade?.toLowerCase() === 'websocket';
}

/** Whoever watches over a backend calls it by whatever name or address it has there; it learns nothing else. */
function isProbe({ method, url = '' }: RequestHead): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    /^\/\.backstage\/health\/v1\/\w+(\?|$)/.test(url)
  );
}

/** Identity providers send a form from their own page; the state that the sign-in began with guards it. */
function isSignInCallback({ method, url = '' }: RequestHead): boolean {
  return (
    method === 'POST' && /^\/api\/auth\/[\w.-]+\/handler\/frame(\?|$)/.test(url)
  );
}

function unknownHost(host: string): string {
  return `This backend is not known as '${host}'. If it is, add the name to modelCi.allowedHosts in app-config`;
}

function foreignOrigin(page: string): string {
  return `A page of ${page} may not do this here. If it is a page of this portal, add its origin to backend.cors.origin in app-config`;
}
