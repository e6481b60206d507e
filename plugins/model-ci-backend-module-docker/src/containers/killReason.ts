import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  addEntry,
  archiveEntries,
  archiveOf,
} from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { statusOf } from '../engines/errors';

const REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

export type KillReason = (typeof REASONS)[number];

// In the root, which the container's user cannot write to
const FILE = 'model-ci-killed';

/**
 * Leaves the reason of a kill in the container itself, the one place that every replica of the backend
 * sees and that lasts as long as the attempt. The first reason stays.
 */
export async function noteKillReason(
  container: Docker.Container,
  reason: KillReason,
): Promise<void> {
  if ((await readKillReason(container)) !== undefined) {
    return;
  }
  const note = archiveOf(archive =>
    addEntry(
      archive,
      { name: FILE, mode: 0o444, size: reason.length },
      Readable.from([Buffer.from(reason)]),
    ),
  );
  await container.putArchive(note, { path: '/' });
}

export async function readKillReason(
  container: Docker.Container,
): Promise<KillReason | undefined> {
  let archive: NodeJS.ReadableStream;
  try {
    archive = await container.getArchive({ path: `/${FILE}` });
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
  let text = '';
  for await (const entry of archiveEntries(
    Readable.from(archive, { objectMode: false }),
  )) {
    text += await buffer(entry);
  }
  return REASONS.find(reason => reason === text);
}
