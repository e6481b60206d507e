import type { Config } from '@backstage/config';

export interface TransfersConfig {
  /** Of the backend, as engines reach it; absent where that is how everybody does. Without a slash at its end. */
  baseUrl?: string;
}

const KEY = 'modelCi.transfers';

/** Reads `modelCi.transfers`; everything in it is optional. */
export function readTransfersConfig(config: Config): TransfersConfig {
  const baseUrl = readBaseUrl(config.getOptionalString(`${KEY}.baseUrl`));
  return baseUrl === undefined ? {} : { baseUrl };
}

function readBaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    !url.username &&
    !url.search &&
    !url.hash;
  if (!isPlain) {
    throw new Error(
      `Invalid configuration: ${KEY}.baseUrl '${text}' must be an http or https URL, such as http://backstage.internal:7007`,
    );
  }
  return text.replace(/\/+$/, '');
}

const SERVER_KEY = 'backend.server.requestTimeout';

/**
 * What to say where nobody has decided how long requests may take: Node.js ends them after five minutes, in which results
 * of many gigabytes do not come over a slow network. Only the whole server has such a limit, not a route of it; uploads
 * here are ended by their own rules when nothing comes.
 */
export function warnOfRequestTimeout(config: Config): string | undefined {
  return config.has(SERVER_KEY)
    ? undefined
    : `Node.js ends uploads of artifacts that take longer than 5 minutes: set ${SERVER_KEY} in app-config to as long as the largest may take, for example { hours: 1 }`;
}
