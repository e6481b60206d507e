import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { parseSize } from '@model-ci/backstage-plugin-model-ci-common';

/** Bytes of a size in app-config: a number, or text such as `8Gi`. */
export function readSize(config: Config, key: string): number | undefined {
  const value = config.getOptional(key);
  if (value === undefined) {
    return undefined;
  }
  const bytes = typeof value === 'string' ? parseSize(value) : value;
  if (typeof bytes !== 'number' || !Number.isFinite(bytes) || bytes <= 0) {
    throw new InputError(
      `Config ${key}: ${JSON.stringify(
        value,
      )} is not a size; write it like 512Mi or 8Gi`,
    );
  }
  return bytes;
}

/** Labels of a node in app-config; their names may hold dots and slashes. */
export function readLabels(
  config: Config,
  key: string,
): Record<string, string> {
  const labels = config.getOptionalConfig(key)?.get<JsonObject>() ?? {};
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, String(value)]),
  );
}
