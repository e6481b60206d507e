import { createHash } from 'node:crypto';
import {
  reason,
  type DefinitionError,
  type PipelineDefinition,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StoredFile } from '../source/storeSourceTree';

/**
 * Finds the data sets of a definition in the source tree. A folder's digest is that of the list of its
 * files, so it changes with every byte and every name in it.
 */
export function resolveDatasets(
  datasets: PipelineDefinition['datasets'],
  files: ReadonlyMap<string, StoredFile>,
  file: string,
): { datasets: RunDataset[]; errors: DefinitionError[] } {
  const found: RunDataset[] = [];
  const errors: DefinitionError[] = [];
  for (const [name, { uri }] of Object.entries(datasets)) {
    const resolved = findInTree(uri, files);
    if (resolved) {
      found.push({ name, uri, ...resolved });
    } else {
      const why = reason('definition.datasetMissing', { path: uri });
      errors.push({
        file,
        line: 1,
        column: 1,
        path: `datasets.${name}.uri`,
        message: why.text,
        reason: why,
      });
    }
  }
  return { datasets: found, errors };
}

/** A file or folder of the source tree. */
export function findInTree(
  path: string,
  files: ReadonlyMap<string, StoredFile>,
): StoredFile | undefined {
  return files.get(path) ?? resolveFolder(path, files);
}

function resolveFolder(
  uri: string,
  files: ReadonlyMap<string, StoredFile>,
): StoredFile | undefined {
  const inside = [...files]
    .filter(([path]) => path.startsWith(`${uri}/`))
    .map(([path, stored]) => ({ path: path.slice(uri.length + 1), ...stored }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (inside.length === 0) {
    return undefined;
  }
  const hash = createHash('sha256');
  inside.forEach(({ path, digest }) => hash.update(`${digest} ${path}\n`));
  return {
    digest: `sha256:${hash.digest('hex')}`,
    size: inside.reduce((sum, { size }) => sum + size, 0),
  };
}
