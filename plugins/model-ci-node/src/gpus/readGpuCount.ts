import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** A number of GPUs in app-config; undefined where they are to be found. */
export function readGpuCount(config: Config, key: string): number | undefined {
  const count = config.getOptionalNumber(key);
  if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
    throw new InputError(
      `Config ${key}: ${count} must be a whole number of GPUs, 0 or more`,
    );
  }
  return count;
}
