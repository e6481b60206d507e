import { watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  abortError,
  deferred,
  openFile,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';

const CHUNK = 256 * 1024;

// Only for file systems that do not report changes
const FALLBACK_MS = 500;

/**
 * The bytes of a log from `offset` on, as they are written, until `ended` resolves and everything was
 * read. Nothing beyond `maxBytes` is given; `onLimit` is called where there would be more.
 */
export async function* followLog(options: {
  path: string;
  offset: number;
  maxBytes: number;
  ended: Promise<void>;
  onLimit(): Promise<void>;
  signal: AbortSignal;
}): AsyncGenerator<LogChunk, void> {
  const { path, maxBytes, ended, onLimit, signal } = options;
  let offset = options.offset;
  let isEnded = false;
  let limited = false;
  let wake = deferred();
  const onChange = () => wake.resolve();
  const onEnd = () => {
    isEnded = true;
    onChange();
  };
  // A failure to find out how it ended is an end, too; whoever observes gets it
  ended.then(onEnd, onEnd);
  signal.addEventListener('abort', onChange);
  const watcher = watchFolder(dirname(path), onChange);
  const fallback = setInterval(onChange, FALLBACK_MS).unref();
  let file: FileHandle | undefined;
  try {
    for (;;) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      // Looked at before reading: what was written until the end is read after it
      const last = isEnded;
      wake = deferred();
      file ??= await openFile(path);
      const data = file ? await readAt(file, offset, maxBytes) : undefined;
      if (data?.length) {
        yield { offset, data };
        offset += data.length;
        continue;
      }
      if (last) {
        return;
      }
      if (!limited && file && (await file.stat()).size > maxBytes) {
        limited = true;
        await onLimit();
        continue;
      }
      await wake.promise;
    }
  } finally {
    clearInterval(fallback);
    signal.removeEventListener('abort', onChange);
    watcher?.close();
    await file?.close();
  }
}

async function readAt(
  file: FileHandle,
  offset: number,
  maxBytes: number,
): Promise<Buffer> {
  const length = Math.min(CHUNK, maxBytes - offset);
  if (length <= 0) {
    return Buffer.alloc(0);
  }
  const { buffer, bytesRead } = await file.read(
    Buffer.allocUnsafe(length),
    0,
    length,
    offset,
  );
  return buffer.subarray(0, bytesRead);
}

function watchFolder(folder: string, onChange: () => void) {
  try {
    // The folder, not the file, which may not be there yet
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
