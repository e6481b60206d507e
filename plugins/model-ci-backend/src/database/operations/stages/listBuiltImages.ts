import type { Knex } from 'knex';
import type { BuiltImage } from '@model-ci/backstage-plugin-model-ci-common';
import { parseBuiltImage } from '../../storedImage';

/** What the stages of runs have built: by run, and then by the name of the stage. The newest success counts. */
export async function listBuiltImages(
  db: Knex | Knex.Transaction,
  { runIds }: { runIds: string[] },
): Promise<Map<string, Map<string, BuiltImage>>> {
  const found = new Map<string, Map<string, BuiltImage>>();
  if (runIds.length === 0) {
    return found;
  }
  const rows = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .whereIn('attempts.run_id', runIds)
    .andWhere('attempts.status', 'succeeded')
    .whereNotNull('attempts.built_image')
    .orderBy('attempts.number')
    .select<Array<{ run_id: string; name: string; built_image: string }>>(
      'attempts.run_id',
      'stages.name',
      'attempts.built_image',
    );
  for (const { run_id: runId, name, built_image: stored } of rows) {
    const images = found.get(runId) ?? new Map<string, BuiltImage>();
    images.set(name, parseBuiltImage(stored)!);
    found.set(runId, images);
  }
  return found;
}
