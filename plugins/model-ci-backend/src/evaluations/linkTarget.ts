import { posix } from 'node:path';
import { plainPath } from './workspacePaths';

/**
 * Where in the workspace a link points to. It is taken as text, since what it passes through may lie in another
 * archive: `..` is allowed in front only, where it climbs real folders, while after a name it would climb from
 * wherever a link of that name leads.
 */
export function linkTarget(name: string, target: string): string | undefined {
  const segments = target
    .split('/')
    .filter(part => part !== '' && part !== '.');
  const descent = segments.findIndex(part => part !== '..');
  const climbsLate = descent >= 0 && segments.lastIndexOf('..') > descent;
  return target === '' || posix.isAbsolute(target) || climbsLate
    ? undefined
    : plainPath(posix.join(posix.dirname(name), target));
}
