import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ancestors,
  ResultsLostError,
  workspaceArchive,
} from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { DockerEngine } from '../engines/DockerEngine';
import { isNoSuchContainer, messageOf, statusOf } from '../engines/errors';
import { WORKSPACE } from './containerSpec';

// What the engine reports of a path, as base64 in a header
const statSchema = z.object({ linkTarget: z.string() });

/** A tar archive of one plain path of a container's workspace, its entries named relative to the workspace. */
export async function collectPath(
  engine: DockerEngine,
  containerId: string,
  path: string,
): Promise<Readable> {
  // An archive that is not read to its end would keep the engine's lock on the container
  const connection = new AbortController();
  try {
    const archive = await engine.call(docker =>
      openArchive(docker.getContainer(containerId), path, connection.signal),
    );
    const placed = workspaceArchive(
      Readable.from(archive, { objectMode: false }),
      {
        from: path ? '' : posix.basename(WORKSPACE),
        to: posix.dirname(path || '.'),
        root: WORKSPACE,
      },
    );
    placed.once('close', () => connection.abort());
    return placed;
  } catch (error) {
    connection.abort();
    throw error;
  }
}

export async function openArchive(
  container: Docker.Container,
  path: string,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  try {
    // The engine follows links on the way, though not the last one, which shows in the archive. The way is looked
    // at first: whoever reads an archive keeps the engine's lock on the container until its end
    await Promise.all(
      ancestors(path).map(folder => checkFolder(container, folder)),
    );
    return await container.getArchive({
      path: posix.join(WORKSPACE, path),
      abortSignal: signal,
    });
  } catch (error) {
    if (isNoSuchContainer(error)) {
      throw new ResultsLostError(reason('docker.lostContainer'));
    }
    throw isMissing(error)
      ? new NotFoundError(`There is no '${path}' in the workspace`)
      : error;
  }
}

async function checkFolder(
  container: Docker.Container,
  folder: string,
): Promise<void> {
  const answer = await container.infoArchive({
    path: posix.join(WORKSPACE, folder),
  });
  answer.resume();
  const { linkTarget } = statSchema.parse(
    JSON.parse(
      Buffer.from(
        String(answer.headers['x-docker-container-path-stat']),
        'base64',
      ).toString(),
    ),
  );
  if (linkTarget && !`${linkTarget}/`.startsWith(`${WORKSPACE}/`)) {
    throw new InputError(
      `'${folder}' is a link to '${linkTarget}', outside of the workspace: store the files themselves`,
    );
  }
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 || /not a directory/i.test(messageOf(error));
}
