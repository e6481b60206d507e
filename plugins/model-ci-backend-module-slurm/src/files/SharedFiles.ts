import { randomUUID } from 'node:crypto';
import {
  access,
  chmod,
  lstat,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { isError, ServiceUnavailableError } from '@backstage/errors';
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
import {
  ABANDONED_MINUTES,
  CLOSED,
  CLOSED_MINUTES,
  closedError,
  DRAFT,
  folderGone,
  MARKER,
  REMOVED,
  unreadable,
  type AttemptFiles,
  type FirstFiles,
  type Piece,
  type Records,
} from './AttemptFiles';

/** Folders on a file system that the cluster and the backend share. */
export class SharedFiles implements AttemptFiles {
  private readonly parent: string;
  /** Of which that was said. */
  private unreadable = new Set<string>();

  constructor(
    directory: string,
    private readonly onUnreadable?: (id: string, error: unknown) => void,
  ) {
    this.parent = join(directory, 'attempts');
  }

  async exists(id: string): Promise<boolean> {
    return (await this.unlessGone(() => stat(this.folder(id)))) !== undefined;
  }

  async create(
    id: string,
    files: FirstFiles,
    parts: Pick<WorkspacePart, 'path' | 'open'>[],
  ): Promise<void> {
    const draft = join(this.parent, `${DRAFT}${randomUUID()}`);
    await this.demandPlace();
    await mkdir(draft, { mode: 0o700 });
    try {
      for (const name of ['workspace', 'home', 'tmp']) {
        await mkdir(join(draft, name), { mode: 0o700 });
      }
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(draft, name), content, { mode: 0o600 });
      }
      await unpackParts(join(draft, 'workspace'), parts);
      await rename(draft, this.folder(id));
      await this.removeClosed(id, draft);
    } catch (error) {
      await removeAll(draft);
      if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) {
        throw error;
      }
    }
  }

  async readRecords(ids: string[]): Promise<Map<string, Records>> {
    await this.demandPlace();
    const read = await Promise.all(
      ids.map(async id => [id, await this.tryRecord(id)] as const),
    );
    const failed = read.filter(([, records]) => !records).map(([id]) => id);
    this.unreadable = new Set(failed);
    return new Map(
      read.flatMap(([id, records]) => (records ? [[id, records]] : [])),
    );
  }

  async noteKill(id: string, note: string): Promise<void> {
    const names = await this.list(id);
    if (!names || names.includes('exit')) {
      return;
    }
    try {
      await writeFile(join(this.folder(id), 'killed'), `${note}\n`, {
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
      await this.list(id);
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
    try {
      const packed = await packPath(join(this.folder(id), 'workspace'), path);
      return explained(packed);
    } catch (error) {
      // Its artifact is missing only where the attempt itself is not
      if (isError(error) && error.name === 'NotFoundError') {
        await this.demandFolder(id);
      }
      throw explain(error);
    }
  }

  peek(
    id: string,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    return growingFiles(join(this.folder(id), 'workspace'), path, signal);
  }

  async close(id: string): Promise<void> {
    await this.demandPlace();
    await makeFolder(join(this.parent, CLOSED));
    await writeFile(this.closed(id), '', { flag: 'a', mode: 0o600 });
  }

  async remove(id: string): Promise<void> {
    await this.close(id);
    const removed = join(this.parent, `${REMOVED}${randomUUID()}`);
    await this.unlessGone(() => rename(this.folder(id), removed));
    await removeAll(removed);
  }

  async sweep(): Promise<void> {
    await this.makePlace();
    for (const name of await readdir(this.parent)) {
      const path = join(this.parent, name);
      if (
        name.startsWith(REMOVED) ||
        (name.startsWith(DRAFT) && (await isOlder(path, ABANDONED_MINUTES)))
      ) {
        await removeAll(path);
      }
    }
    const closed = join(this.parent, CLOSED);
    for (const name of (await unlessMissing(readdir(closed))) ?? []) {
      const path = join(closed, name);
      if (await isOlder(path, CLOSED_MINUTES)) {
        await removeAll(path);
      }
    }
  }

  /** Looked at once the folder is there: who closes it later finds the folder. */
  private async removeClosed(id: string, draft: string): Promise<void> {
    if (await unlessMissing(stat(this.closed(id)))) {
      await rename(this.folder(id), draft);
      throw closedError(id);
    }
  }

  /** A folder is listed, and not asked for a name: file systems on a network remember for long what was not there. */
  private async readRecord(id: string): Promise<Records> {
    const names = await this.list(id);
    if (!names) {
      return { type: 'gone' };
    }
    const text = async (name: string) =>
      names.includes(name)
        ? await readText(join(this.folder(id), name))
        : undefined;
    const [exit, killed, log] = await Promise.all([
      text('exit'),
      text('killed'),
      unlessMissing(lstat(join(this.folder(id), 'log'))),
    ]);
    return {
      type: 'seen',
      ...{ exit, killed },
      logBytes: log?.isFile() ? log.size : 0,
    };
  }

  private async list(id: string): Promise<string[] | undefined> {
    return await this.unlessGone(() => readdir(this.folder(id)));
  }

  /** Whatever one stage has made of its folder, the others' are read. */
  private async tryRecord(id: string): Promise<Records | undefined> {
    try {
      return await this.readRecord(id);
    } catch (error) {
      if (!this.unreadable.has(id)) {
        this.onUnreadable?.(id, error);
      }
      return undefined;
    }
  }

  /** Undefined for what is missing while the folder of all attempts is there: seen before and after. */
  private async unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
    const first = await unlessMissing(look());
    if (first !== undefined) {
      return first;
    }
    await this.demandPlace();
    const again = await unlessMissing(look());
    await this.demandPlace();
    return again;
  }

  private async demandFolder(id: string): Promise<void> {
    if (!(await this.list(id))) {
      throw folderGone();
    }
  }

  private async demandPlace(): Promise<void> {
    try {
      await access(join(this.parent, MARKER));
    } catch (error) {
      throw new ServiceUnavailableError(
        `There is no ${MARKER} in ${this.parent}: is its file system mounted? ${error}`,
      );
    }
  }

  /** A folder above that is missing is not made: it may be one that is not mounted yet. */
  private async makePlace(): Promise<void> {
    await makeFolder(this.parent);
    await writeFile(join(this.parent, MARKER), '', { flag: 'a', mode: 0o600 });
  }

  private folder(id: string): string {
    return join(this.parent, id);
  }

  private closed(id: string): string {
    return join(this.parent, CLOSED, id);
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if (!hasCode(error, 'EEXIST')) {
      throw error;
    }
  });
}

function explain(error: unknown): unknown {
  return isError(error) && hasCode(error, 'EACCES')
    ? unreadable(String(error.path).replace(/^.*?\/workspace\//, ''))
    : error;
}

/** The same bytes, with an error that says whose fault it is. */
function explained(packed: Readable): Readable {
  const out = new PassThrough();
  packed.once('error', error => out.destroy(explain(error) as Error));
  out.once('close', () => packed.destroy());
  return packed.pipe(out);
}

async function isOlder(path: string, minutes: number): Promise<boolean> {
  const found = await unlessMissing(stat(path));
  return found !== undefined && Date.now() - found.mtimeMs > minutes * 60_000;
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
