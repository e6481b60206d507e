/** Where an answer comes from, in the service's eyes and in the caller's. */
export interface EndpointPlace {
  /** Where requests to the service go, without a path. */
  serviceOrigin: string;
  /** What a gateway has before the service's paths, and writes there; empty where there is none. */
  base?: string;
  /** Path and query that the service was asked for. */
  servicePath: string;
  /** The portal's origin, as the service was given it. */
  portalOrigin: string;
  /** What stands before the service's path in the portal. */
  prefix: string;
}

/**
 * Where a service's `Location` leads in the portal. A service may know the prefix that it is reached under, from
 * `X-Forwarded-Prefix`, or not; either way the caller gets a path below it. Other hosts stay as they are; what is no
 * web address is left out.
 */
export function toPortalLocation(
  location: string | undefined,
  place: EndpointPlace,
): string | undefined {
  if (location === undefined) {
    return undefined;
  }
  const target = resolve(location, place);
  if (!target || !/^https?:$/.test(target.protocol)) {
    return undefined;
  }
  if (![place.serviceOrigin, place.portalOrigin].includes(target.origin)) {
    return target.href;
  }
  const own = withoutBase(target.pathname, place.base ?? '');
  const path = isBelow(own, place.prefix) ? own : `${place.prefix}${own}`;
  return `${path}${target.search}${target.hash}`;
}

/** As a browser reads it: backslashes are slashes, and `..` ends at the root. */
function resolve(location: string, place: EndpointPlace): URL | undefined {
  try {
    return new URL(location, `${place.serviceOrigin}${place.servicePath}`);
  } catch {
    return undefined;
  }
}

function withoutBase(path: string, base: string): string {
  return base !== '' && isBelow(path, base)
    ? path.slice(base.length) || '/'
    : path;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
