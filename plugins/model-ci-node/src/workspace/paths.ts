import { posix } from 'node:path';
import { InputError } from '@backstage/errors';
import { printableName } from './names';

/**
 * A path of the workspace in its plain form: relative, without `.` and empty segments, `''` for the root.
 * Rejects what is absolute or leaves the workspace.
 */
export function workspacePath(path: string): string {
  if (path.includes('\0')) {
    throw new InputError(`Path '${printableName(path)}' holds a NUL`);
  }
  const plain = posix.normalize(path).replace(/\/+$/, '');
  if (posix.isAbsolute(path) || plain === '..' || plain.startsWith('../')) {
    throw new InputError(
      `Path '${printableName(
        path,
      )}' is not inside the workspace: use a relative path without '..'`,
    );
  }
  return plain === '.' ? '' : plain;
}

/** The folders above a plain workspace path, outermost first; the root is not among them. */
export function ancestors(path: string): string[] {
  const segments = path.split('/');
  return segments
    .slice(0, -1)
    .map((_, index) => segments.slice(0, index + 1).join('/'));
}

/** Whether a symbolic link at the plain path `path` with this target stays inside the workspace. */
export function linkStaysInside(path: string, target: string): boolean {
  if (posix.isAbsolute(target)) {
    return false;
  }
  const resolved = posix.normalize(posix.join(posix.dirname(path), target));
  return resolved !== '..' && !resolved.startsWith('../');
}

/**
 * The target of a link at the plain path `path` as it reads from there, where it is absolute and leads into the
 * workspace that lies at one of `roots`; any other target as it is.
 */
export function relativeTarget(
  path: string,
  target: string,
  roots: string[],
): string {
  const plain = posix.normalize(target).replace(/(?<=.)\/+$/, '');
  const root = roots.find(
    folder => plain === folder || plain.startsWith(`${folder}/`),
  );
  return root === undefined
    ? target
    : posix.relative(
        posix.dirname(posix.join('/', path)),
        posix.join('/', plain.slice(root.length)),
      ) || '.';
}
