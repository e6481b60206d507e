import { lstat, readdir, realpath, type FileHandle } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { GrowingFile } from '../executor';
import { isMissing } from './fileErrors';
import { compareNames, decodeName, encodeName } from './names';
import { workspacePath } from './paths';
import { openFile } from './trustedFiles';

/** Files and folders that are looked at. Not configurable: a folder with more is none that anybody watches. */
const MAX_ENTRIES = 10_000;

/**
 * The plain files at or below one path of a workspace in which a script may change everything at any time. Links are
 * not followed, and nothing but files is opened. Nothing where nothing is there.
 */
export async function* growingFiles(
  root: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<GrowingFile, void> {
  const plain = workspacePath(path);
  const inside = await realName(root);
  const folder = await realName(join(root, posix.dirname(plain || '.')));
  if (
    inside !== undefined &&
    folder !== undefined &&
    isInside(folder, inside)
  ) {
    const source = plain ? join(folder, posix.basename(plain)) : inside;
    yield* walk({ source, name: plain }, { inside, left: MAX_ENTRIES, signal });
  }
}

interface Walk {
  inside: string;
  left: number;
  signal: AbortSignal;
}

async function* walk(
  at: { source: string; name: string },
  walked: Walk,
): AsyncGenerator<GrowingFile, void> {
  const { source, name } = at;
  walked.signal.throwIfAborted();
  walked.left -= 1;
  const stats =
    walked.left >= 0
      ? await unlessMissing(lstat(encodeName(source)))
      : undefined;
  if (stats?.isFile()) {
    yield {
      path: name,
      size: stats.size,
      read: offset => readFrom(source, offset, walked),
    };
  } else if (stats?.isDirectory()) {
    const children =
      (await unlessMissing(
        readdir(encodeName(source), { encoding: 'buffer' }),
      )) ?? [];
    for (const child of children.map(decodeName).sort(compareNames)) {
      yield* walk(
        { source: join(source, child), name: posix.join(name, child) },
        walked,
      );
    }
  }
}

async function* readFrom(
  source: string,
  offset: number,
  { inside, signal }: Walk,
): AsyncGenerator<Buffer, void> {
  const file = await openFile(encodeName(source));
  if (!file) {
    return;
  }
  try {
    const { size } = await file.stat();
    if (size > offset && (await isWithin(file, source, inside))) {
      // No more than is there now, since a script may write faster than it is read.
      yield* file.createReadStream({
        start: offset,
        end: size - 1,
        autoClose: false,
        signal,
      });
    }
  } finally {
    await file.close();
  }
}

/** Whether it is what lies there, really: a folder on the way may have become a link just before it was opened. */
async function isWithin(
  file: FileHandle,
  source: string,
  inside: string,
): Promise<boolean> {
  const real = await realName(source);
  if (real === undefined || !isInside(real, inside)) {
    return false;
  }
  const [opened, there] = await Promise.all([
    file.stat({ bigint: true }),
    unlessMissing(lstat(encodeName(real), { bigint: true })),
  ]);
  return opened.ino === there?.ino && opened.dev === there.dev;
}

function isInside(path: string, inside: string): boolean {
  return path === inside || path.startsWith(inside + sep);
}

async function realName(path: string): Promise<string | undefined> {
  const real = await unlessMissing(realpath(encodeName(path), 'buffer'));
  return real && decodeName(real);
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
