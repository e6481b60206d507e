import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { WORKSPACE } from './containerSpec';
import {
  addEntry,
  archiveEntries,
  archiveOf,
  comparePaths,
  workspaceArchive,
  workspacePath,
  type EntryHeader,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Bytes of results that wait in memory to be collected. */
const MAX_BYTES = 32 * 2 ** 20;
// They are collected at once after the end; later the engine is asked for them
const KEPT_FOR_MS = 60_000;

/** Results that came with the logs of attempts, until they are collected or a minute later; the oldest give way. */
export class KeptResults {
  private readonly attempts = new Map<string, Map<string, Buffer>>();

  /** How many attempts have results here. */
  get size(): number {
    return this.attempts.size;
  }

  put(containerId: string, results: ReadonlyMap<string, Buffer>): void {
    this.attempts.delete(containerId);
    if (results.size > 0) {
      const kept = new Map(results);
      this.attempts.set(containerId, kept);
      setTimeout(() => {
        if (this.attempts.get(containerId) === kept) {
          this.attempts.delete(containerId);
        }
      }, KEPT_FOR_MS).unref();
    }
    let bytes = 0;
    for (const [id, kept] of [...this.attempts].reverse()) {
      for (const { length } of kept.values()) {
        bytes += length;
      }
      if (bytes > MAX_BYTES) {
        this.attempts.delete(id);
      }
    }
  }

  /**
   * A tar archive of one path of the workspace, entries named relative to the workspace. Only once, and only
   * if there is nothing wrong with it: the stage itself wrote it, and whatever is odd the engine is asked for.
   */
  async take(containerId: string, path: string): Promise<Readable | undefined> {
    const attempt = this.attempts.get(containerId);
    const kept = attempt?.get(path);
    attempt?.delete(path);
    if (attempt?.size === 0) {
      this.attempts.delete(containerId);
    }
    if (!kept) {
      return undefined;
    }
    try {
      const archive = workspaceArchive(Readable.from([kept]), {
        to: posix.dirname(path),
        root: WORKSPACE,
      });
      const entries = await readEntries(archive, path);
      return entries && writeEntries(entries);
    } catch {
      return undefined;
    }
  }

  forget(containerId: string): void {
    this.attempts.delete(containerId);
  }
}

interface KeptEntry {
  path: string;
  header: EntryHeader;
  content: Buffer;
}

/** What is at a path and below; undefined if there is more, or something that only a walk in order can tell. */
async function readEntries(
  archive: Readable,
  path: string,
): Promise<KeptEntry[] | undefined> {
  const entries: KeptEntry[] = [];
  for await (const entry of archiveEntries(archive)) {
    const name = workspacePath(entry.header.name);
    const inside = name === path || name.startsWith(`${path}/`);
    // Which of the names of a file is a link to the others depends on the order
    if (!inside || entry.header.type === 'link') {
      return undefined;
    }
    const { header } = entry;
    entries.push({ path: name, header, content: await buffer(entry) });
  }
  return entries.length > 0 ? entries : undefined;
}

/** The container's tar takes files as its file system has them; the engine walks in the order of names. */
function writeEntries(entries: KeptEntry[]): Readable {
  return archiveOf(async archive => {
    const sorted = entries.sort((a, b) => comparePaths(a.path, b.path));
    for (const { header, content } of sorted) {
      await addEntry(archive, header, Readable.from([content]));
    }
  });
}

/** The paths that a shell can be given and a line of the log can hold, in their plain form. */
export function plainResults(paths: string[]): string[] {
  const plain = paths.flatMap(path => {
    try {
      return [workspacePath(path)];
    } catch {
      // Reported when it is collected
      return [];
    }
  });
  // eslint-disable-next-line no-control-regex
  return [...new Set(plain)].filter(path => /^[^\x00-\x1f\x7f\\]+$/.test(path));
}
