import type { ChangedPaths } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

/** More than one looks at; what is larger counts as unknown, as no stage may be left out by mistake. */
const MAX_PATHS = 1_500;
const MAX_CHARACTERS = 64 * 1024;

const storedSchema = z.object({
  folder: z.string(),
  paths: z.array(z.string()),
});

/**
 * Whether changed files are no more than anybody looks at. Each is compared with each pattern of a definition, and a
 * stranger may have written both.
 */
export function areComparable(paths: string[]): boolean {
  const characters = paths.reduce((sum, { length }) => sum + length, 0);
  return paths.length <= MAX_PATHS && characters <= MAX_CHARACTERS;
}

/** The text of `runs.changed_paths`; null where the paths are not known, or too many. */
export function formatChangedPaths(
  changed: ChangedPaths | undefined,
): string | null {
  return changed && areComparable(changed.paths)
    ? JSON.stringify(changed)
    : null;
}

/**
 * The changed paths of a run, from its column `changed_paths`; undefined where they are not known: then everything
 * counts as changed. `changedPathsMatch` compares them with patterns.
 */
export function parseChangedPaths(
  text: string | null,
): ChangedPaths | undefined {
  return text === null ? undefined : storedSchema.parse(JSON.parse(text));
}
