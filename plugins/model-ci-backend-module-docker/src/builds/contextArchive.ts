import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  addEntry,
  archiveEntries,
  archiveOf,
  ENTRY_TIME,
} from '@model-ci/backstage-plugin-model-ci-node';
import { collectPath } from '../containers/collectPath';
import type { DockerEngine } from '../engines/DockerEngine';

/** No Dockerfile and no list of what to leave out needs more; it is read into memory. */
const MAX_TEXT_BYTES = 256 * 1024;

/** Reads one small plain file of a container's workspace; undefined if nothing is there. */
export async function readText(
  engine: DockerEngine,
  containerId: string,
  path: string,
): Promise<string | undefined> {
  let archive: Readable | undefined;
  try {
    archive = await collectPath(engine, containerId, path);
    for await (const entry of archiveEntries(archive)) {
      const { type, size } = entry.header;
      if (type !== 'file') {
        throw new InputError(`'${path}' is a ${type}, and must be a file`);
      }
      if (size > MAX_TEXT_BYTES) {
        throw new InputError(`'${path}' has more than ${MAX_TEXT_BYTES} bytes`);
      }
      return await text(entry);
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotFoundError) {
      return undefined;
    }
    throw error;
  } finally {
    archive?.destroy();
  }
}

/**
 * The context of a build as a stream: what is in a folder of the workspace, without what is ignored. Refuses links that
 * lead out of the folder, and more bytes than `maxBytes`.
 */
export async function contextArchive(
  engine: DockerEngine,
  containerId: string,
  options: {
    /** Plain path; empty for the whole workspace. */
    context: string;
    /** Files that go along whatever is ignored, with this content. */
    replaced: ReadonlyMap<string, Buffer>;
    isIgnored(path: string): boolean;
    maxBytes: number;
  },
): Promise<Readable> {
  const { context, replaced, maxBytes } = options;
  const source = await collectPath(engine, containerId, context);
  const archive = archiveOf(async out => {
    let bytes = 0;
    let seen = 0;
    for (const [name, content] of replaced) {
      await addEntry(
        out,
        { name, size: content.length, mode: 0o644, mtime: ENTRY_TIME },
        Readable.from([content]),
      );
    }
    for await (const entry of archiveEntries(source)) {
      const { header } = entry;
      const path = posix.relative(`/${context}`, posix.join('/', header.name));
      if (path === '') {
        demandFolder(context, header.type);
        continue;
      }
      // A long list of what to leave out lets others take their turn
      if (++seen % 32 === 0) {
        await nextTurn();
      }
      if (replaced.has(path) || options.isIgnored(path)) {
        entry.resume();
        continue;
      }
      bytes += header.size;
      if (bytes > maxBytes) {
        throw new InputError(
          `The context '${
            context || '.'
          }' has more than ${maxBytes} bytes: name what the image does not need in .dockerignore, or raise maxContext of docker engine '${
            engine.name
          }'`,
        );
      }
      demandInside(path, header.linkname);
      await addEntry(
        out,
        { ...header, name: path, uid: 0, gid: 0, mtime: ENTRY_TIME },
        header.type === 'file' ? entry : undefined,
      );
    }
  });
  archive.once('close', () => source.destroy());
  return archive;
}

function demandFolder(context: string, type: string): void {
  if (type !== 'directory') {
    throw new InputError(
      `The context '${context}' is a ${type}, and must be a folder`,
    );
  }
}

function demandInside(path: string, target: string | undefined): void {
  if (!target) {
    return;
  }
  const resolved = posix.join(posix.dirname(path), target);
  if (posix.isAbsolute(target) || /^\.\.(?:\/|$)/.test(resolved)) {
    throw new InputError(
      `Link '${path}' points to '${target}', outside of the context: store the files themselves, or choose a context that has both`,
    );
  }
}
