import { createHash } from 'node:crypto';

/** Keys cannot be as long as paths. */
export function hashPath(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}
