import { workspacePath } from '@model-ci/backstage-plugin-model-ci-node';

/** The plain form of a path, `''` for the workspace itself; undefined if it is not inside the workspace. */
export function plainPath(path: string): string | undefined {
  try {
    return workspacePath(path);
  } catch {
    return undefined;
  }
}

/** Whether one plain path is another or lies below it. */
export function isAtOrBelow(path: string, parent: string): boolean {
  return parent === '' || path === parent || path.startsWith(`${parent}/`);
}
