import type { JsonValue } from '@backstage/types';

/**
 * A definition as the catalog can keep it. The catalog makes a search row of every value, by its path in small letters,
 * and keeps an entity out in which two paths differ only in case. Both may be meant, as names of variables are; such a
 * definition is kept as JSON text, of which it makes one row.
 */
export function packDefinition(definition: JsonValue): JsonValue {
  const paths = new Set<string>();
  collectPaths(definition, '', paths);
  const lower = new Set([...paths].map(path => path.toLowerCase()));
  return lower.size === paths.size
    ? definition
    : JSON.stringify(definition, undefined, 2);
}

/** The definition that {@link packDefinition} was given. What is no definition, packed or not, comes back as it is. */
export function unpackDefinition(definition: unknown): unknown {
  if (typeof definition !== 'string') {
    return definition;
  }
  try {
    return JSON.parse(definition);
  } catch {
    return definition;
  }
}

function collectPaths(
  value: JsonValue | undefined,
  path: string,
  paths: Set<string>,
): void {
  if (Array.isArray(value)) {
    value.forEach(item => collectPaths(item, path, paths));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      collectPaths(child, `${path}.${key}`, paths);
    }
  } else {
    paths.add(path);
  }
}
