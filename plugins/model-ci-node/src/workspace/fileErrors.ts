import { isError } from '@backstage/errors';

/** Whether a call of the file system failed with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return isError(error) && error.code === code;
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}
