import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { InputError, isError } from '@backstage/errors';
import {
  archiveEntries,
  workspacePath,
  type ArchiveEntry,
  type GrowingFile,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { openArchive } from './collectPath';
import { WORKSPACE } from './containerSpec';

/**
 * The plain files at or below one plain path of a running container's workspace. The engine sends all of what is there,
 * however little is wanted of it: whoever asks has to leave time between two calls.
 */
export async function* peekPath(
  engine: DockerEngine,
  containerId: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<GrowingFile, void> {
  signal.throwIfAborted();
  // An archive that is not read to its end would keep the engine's lock on the container
  const connection = new AbortController();
  const either = AbortSignal.any([signal, connection.signal]);
  try {
    const archive = await engine.call(docker =>
      openArchive(docker.getContainer(containerId), path, either),
    );
    const stream = Readable.from(archive, { objectMode: false });
    for await (const entry of archiveEntries(stream)) {
      if (entry.header.type === 'file') {
        yield {
          path: nameIn(path, entry.header.name),
          size: entry.header.size,
          read: offset => bytesFrom(entry, offset),
        };
      }
    }
  } catch (error) {
    if (!isNothing(error)) {
      throw error;
    }
  } finally {
    connection.abort();
  }
}

/** What the engine calls it begins with the last part of what was asked for. */
function nameIn(path: string, name: string): string {
  return path === ''
    ? posix.relative(posix.basename(WORKSPACE), workspacePath(name))
    : workspacePath(posix.join(posix.dirname(path), name));
}

async function* bytesFrom(
  entry: ArchiveEntry,
  offset: number,
): AsyncGenerator<Buffer, void> {
  let left = offset;
  for await (const chunk of entry) {
    if (left < chunk.length) {
      yield chunk.subarray(left);
    }
    left = Math.max(0, left - chunk.length);
  }
}

/** Nothing is there, or a link leads out of the workspace on the way. */
function isNothing(error: unknown): boolean {
  return (
    error instanceof InputError ||
    (isError(error) && error.name === 'NotFoundError')
  );
}
