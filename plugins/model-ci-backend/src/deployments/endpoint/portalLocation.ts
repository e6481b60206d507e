/** Where an answer comes from, in the service's eyes and in the caller's. */
export interface EndpointPlace {
  /** The service's URL without a path. */
  serviceOrigin: string;
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
  const path = isBelow(target.pathname, place.prefix)
    ? target.pathname
    : `${place.prefix}${target.pathname}`;
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

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
