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
