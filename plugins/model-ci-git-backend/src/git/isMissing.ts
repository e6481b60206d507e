import { isError } from '@backstage/errors';

/** Whether the file system said that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return isError(error) && error.code === 'ENOENT';
}
