import type { Config } from '@backstage/config';
import { Minimatch } from 'minimatch';

/** Under which names the backend is known, and whose pages may change something in it. */
export interface HostRules {
  /** Lower case, without ports. */
  hostnames: ReadonlySet<string>;
  allowsOrigin(origin: string): boolean;
}

/**
 * Reads them from what Backstage is configured with anyway, and from `modelCi.allowedHosts` for the names that only a
 * proxy or another service uses.
 */
export function readHostRules(config: Config): HostRules {
  const pages = [
    config.getOptionalString('app.baseUrl'),
    config.getOptionalString('backend.baseUrl'),
  ].flatMap(url => parse(url) ?? []);
  const hostnames = new Set([
    ...pages.map(url => url.hostname),
    ...internalHostnames(config),
    ...readAllowedHosts(config),
    ...transferHostnames(config),
  ]);
  const origins = new Set(pages.map(url => url.origin));
  const patterns = readCorsOrigins(config).map(
    pattern => new Minimatch(pattern, { nocase: true, noglobstar: true }),
  );
  return {
    hostnames,
    allowsOrigin: origin =>
      origins.has(origin) || patterns.some(pattern => pattern.match(origin)),
  };
}

function readAllowedHosts(config: Config): string[] {
  const names = config.getOptionalStringArray('modelCi.allowedHosts') ?? [];
  for (const name of names) {
    if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(name)) {
      throw new Error(
        `modelCi.allowedHosts holds '${name}': write host names alone, without scheme, port or wildcard`,
      );
    }
  }
  return names.map(name => name.toLowerCase());
}

/** Names by which the plugins of several backends call each other. */
function internalHostnames(config: Config): string[] {
  const listen = config.getOptional('backend.listen');
  const host =
    typeof listen === 'string'
      ? listen.replace(/:\d*$/, '')
      : config.getOptionalString('backend.listen.host');
  const targets = (
    config.getOptionalConfigArray('discovery.endpoints') ?? []
  ).map(endpoint =>
    typeof endpoint.getOptional('target') === 'string'
      ? endpoint.getString('target')
      : endpoint.getOptionalString('target.internal'),
  );
  return [host ? `http://${host}` : undefined, ...targets].flatMap(
    url => parse(url)?.hostname ?? [],
  );
}

/** Where engines fetch and upload. */
function transferHostnames(config: Config): string[] {
  const url = parse(config.getOptionalString('modelCi.transfers.baseUrl'));
  return url ? [url.hostname] : [];
}

function readCorsOrigins(config: Config): string[] {
  const value = config.getOptional('backend.cors.origin');
  if (typeof value === 'string') {
    return [value];
  }
  return value ? config.getStringArray('backend.cors.origin') : [];
}

function parse(url: string | undefined): URL | undefined {
  return url && URL.canParse(url) ? new URL(url) : undefined;
}
