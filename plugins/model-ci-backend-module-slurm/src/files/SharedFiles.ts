import { randomUUID } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  growingFiles,
  hasCode,
  isMissing,
  openFile,
  packPath,
  readText,
  unpackParts,
  type GrowingFile,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { KillReason } from '../jobs/judge';
import {
  ABANDONED_MINUTES,
  DRAFT,
  REMOVED,
  type AttemptFiles,
  type FirstFiles,
  type Piece,
  type Records,
} from './AttemptFiles';

/** Folders on a file system that the cluster and the backend share. */
export class SharedFiles implements AttemptFiles {
  private readonly parent: string;

  constructor(directory: string) {
    this.parent = join(directory, 'attempts');
  }

  async exists(id: string): Promise<boolean> {
    return (await unlessMissing(stat(this.folder(id)))) !== undefined;
  }

  async create(
    id: string,
    files: FirstFiles,
    parts: Pick<WorkspacePart, 'path' | 'open'>[],
  ): Promise<void> {
    const draft = join(this.parent, `${DRAFT}${randomUUID()}`);
    try {
      for (const name of ['workspace', 'home', 'tmp']) {
        await mkdir(join(draft, name), { recursive: true, mode: 0o700 });
      }
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(draft, name), content, { mode: 0o600 });
      }
      await unpackParts(join(draft, 'workspace'), parts);
      await rename(draft, this.folder(id));
    } catch (error) {
      await removeAll(draft);
      if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) {
        throw error;
      }
    }
  }

  async readRecords(ids: string[]): Promise<Map<string, Records>> {
    const read = await Promise.all(
      ids.map(async id => [id, await this.readRecord(id)] as const),
    );
    return new Map(
      read.flatMap(([id, records]) => (records ? [[id, records]] : [])),
    );
  }

  async noteKill(id: string, reason: KillReason): Promise<void> {
    const names = await this.list(id);
    if (!names || names.includes('exit')) {
      return;
    }
    try {
      await writeFile(join(this.folder(id), 'killed'), `${reason}\n`, {
        flag: 'wx',
        mode: 0o600,
      });
    } catch (error) {
      if (!hasCode(error, 'EEXIST') && !isMissing(error)) {
        throw error;
      }
    }
  }

  async readLog(
    id: string,
    offset: number,
    maxBytes: number,
  ): Promise<Piece | undefined> {
    const file = await openFile(join(this.folder(id), 'log'));
    if (!file) {
      return undefined;
    }
    try {
      const { size } = await file.stat();
      const length = Math.max(0, Math.min(maxBytes, size - offset));
      const { buffer, bytesRead } = await file.read(
        Buffer.allocUnsafe(length),
        0,
        length,
        offset,
      );
      return { data: buffer.subarray(0, bytesRead), size };
    } finally {
      await file.close();
    }
  }

  async collect(id: string, path: string): Promise<Readable> {
    return await packPath(join(this.folder(id), 'workspace'), path);
  }

  peek(
    id: string,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    return growingFiles(join(this.folder(id), 'workspace'), path, signal);
  }

  async remove(id: string): Promise<void> {
    const removed = join(this.parent, `${REMOVED}${randomUUID()}`);
    await unlessMissing(rename(this.folder(id), removed));
    await removeAll(removed);
  }

  async sweep(): Promise<void> {
    await mkdir(this.parent, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.parent)) {
      const path = join(this.parent, name);
      if (
        name.startsWith(REMOVED) ||
        (name.startsWith(DRAFT) && (await isAbandoned(path)))
      ) {
        await removeAll(path);
      }
    }
  }

  /** A folder is listed, and not asked for a name: file systems on a network remember for long what was not there. */
  private async readRecord(id: string): Promise<Records | undefined> {
    const names = await this.list(id);
    if (!names) {
      return undefined;
    }
    const text = async (name: string) =>
      names.includes(name)
        ? await readText(join(this.folder(id), name))
        : undefined;
    const [exit, killed, log] = await Promise.all([
      text('exit'),
      text('killed'),
      unlessMissing(stat(join(this.folder(id), 'log'))),
    ]);
    return { exit, killed, logBytes: log?.size ?? 0 };
  }

  private async list(id: string): Promise<string[] | undefined> {
    return await unlessMissing(readdir(this.folder(id)));
  }

  private folder(id: string): string {
    return join(this.parent, id);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await unlessMissing(stat(path));
  return (
    found !== undefined &&
    Date.now() - found.mtimeMs > ABANDONED_MINUTES * 60_000
  );
}

async function removeAll(path: string): Promise<void> {
  const remove = () =>
    rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch {
    // A script may take away its own right to empty a folder
    await grantOwner(path);
    await remove();
  }
}

/** Gives the owner all rights to a folder and those below it. Links are not followed. */
async function grantOwner(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await grantOwner(join(folder, entry.name));
    }
  }
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
