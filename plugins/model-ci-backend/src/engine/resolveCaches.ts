import { createHash } from 'node:crypto';
import {
  reason,
  type DefinitionError,
  type PipelineDefinition,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StoredFile } from '../source/storeSourceTree';
import { findInTree } from './resolveDatasets';

/** Notes with each cache of a definition what the files hold that it is kept for. */
export function resolveCaches(
  definition: PipelineDefinition,
  files: ReadonlyMap<string, StoredFile>,
  file: string,
): { definition: PipelineDefinition; errors: DefinitionError[] } {
  const errors: DefinitionError[] = [];
  const stages = Object.entries(definition.stages).map(([name, stage]) => {
    const resolved = resolveStage(stage, files);
    errors.push(
      ...resolved.missing.map(({ cache, index, path }) => {
        const why = reason('definition.cacheKeyMissing', { path });
        return {
          file,
          line: 1,
          column: 1,
          path: `stages.${name}.cache.${cache}.key[${index}]`,
          message: why.text,
          reason: why,
        };
      }),
    );
    return [name, resolved.stage] as const;
  });
  return {
    definition: { ...definition, stages: Object.fromEntries(stages) },
    errors,
  };
}

function resolveStage(
  stage: StageDefinition,
  files: ReadonlyMap<string, StoredFile>,
) {
  const missing: Array<{ cache: string; index: number; path: string }> = [];
  if (!stage.cache) {
    return { stage, missing };
  }
  const caches = Object.entries(stage.cache).map(([cache, value]) => {
    const hash = createHash('sha256');
    value.key.forEach((path, index) => {
      const found = findInTree(path, files);
      if (found) {
        hash.update(`${found.digest} ${path}\n`);
      } else {
        missing.push({ cache, index, path });
      }
    });
    return [
      cache,
      { ...value, digest: `sha256:${hash.digest('hex')}` },
    ] as const;
  });
  return { stage: { ...stage, cache: Object.fromEntries(caches) }, missing };
}
