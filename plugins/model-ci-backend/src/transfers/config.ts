import type { Config } from '@backstage/config';

export interface TransfersConfig {
  /** Of the backend, as engines reach it; absent where that is how everybody does. Without a slash at its end. */
  baseUrl?: string;
  /** Bytes of one upload. */
  maxUploadBytes: number;
}

const KEY = 'modelCi.transfers';
const DEFAULT_MAX_UPLOAD_BYTES = 64 * 2 ** 30;

/** Reads `modelCi.transfers`; everything in it is optional. */
export function readTransfersConfig(config: Config): TransfersConfig {
  const baseUrl = readBaseUrl(config.getOptionalString(`${KEY}.baseUrl`));
  const maxUploadBytes =
    config.getOptionalNumber(`${KEY}.maxUploadBytes`) ??
    DEFAULT_MAX_UPLOAD_BYTES;
  if (!Number.isSafeInteger(maxUploadBytes) || maxUploadBytes < 1) {
    throw new Error(
      `Invalid configuration: ${KEY}.maxUploadBytes must be a whole number above 0`,
    );
  }
  return { ...(baseUrl !== undefined && { baseUrl }), maxUploadBytes };
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
