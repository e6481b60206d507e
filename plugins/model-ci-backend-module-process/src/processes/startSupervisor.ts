import { spawn, type ChildProcess } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { hasCode, readText, type Folder } from '../attempts/folder';
import { identify, parseClaim } from './identity';
import { MARKER } from './killTree';

const startedSchema = z.object({
  supervisor: z.object({
    pid: z.number().int().positive(),
    boot: z.string(),
    start: z.string(),
  }),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});

export type Started = z.infer<typeof startedSchema>;

/**
 * Who supervises in this folder, if anybody was started there. The backend's own note is there as soon as a
 * start is reported; the supervisor's covers a backend that was killed before it could write one.
 */
export async function findStarted(
  folder: Folder,
): Promise<Started | undefined> {
  const note = await readText(folder.started);
  if (note?.endsWith('\n')) {
    return startedSchema.parse(JSON.parse(note));
  }
  const claim = await readText(folder.pid);
  const supervisor = claim === undefined ? undefined : parseClaim(claim);
  if (!supervisor) {
    return undefined;
  }
  const { mtimeMs } = await stat(folder.pid);
  return { supervisor, startedAt: Math.floor(mtimeMs) };
}

/** Starts a detached supervisor. Of the backend's environment it sees the search path, nothing else. */
export async function startSupervisor(options: {
  folder: Folder;
  id: string;
  supervisor: string;
  args: string[];
  env: Record<string, string>;
}): Promise<Started & { child: ChildProcess }> {
  const { folder, id, supervisor, args, env } = options;
  const child = spawn('/bin/sh', ['-c', supervisor, 'model-ci', ...args], {
    cwd: folder.root,
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: searchPath(),
      LANG: 'C.UTF-8',
      HOME: folder.home,
      TMPDIR: folder.tmp,
      ...env,
      [MARKER]: id,
    },
  });
  // Read at once: the child stays in the process table until the event loop has fetched its end
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', error => reject(explain(error)));
  });
  child.unref();
  if (identity) {
    const started: Started = { supervisor: identity, startedAt: Date.now() };
    await writeFile(folder.started, `${JSON.stringify(started)}\n`);
    return { ...started, child };
  }
  // It was over before it could be looked at; then it has left its claim
  const claimed = await findStarted(folder);
  if (!claimed) {
    throw new Error(
      `The supervisor of '${id}' ended before it began: is the disk of ${folder.root} full or read-only?`,
    );
  }
  return { ...claimed, child };
}

/** The backend's search path without what a package runner put in front of it. */
function searchPath(): string {
  const entries = (process.env.PATH ?? '').split(':');
  const own = entries.filter(
    entry => entry.startsWith('/') && !/\/node_modules\/|\/xfs-/.test(entry),
  );
  return own.join(':') || '/usr/local/bin:/usr/bin:/bin';
}

function explain(error: Error): Error {
  return hasCode(error, 'E2BIG')
    ? new InputError(
        'The script and its environment are too long for a command line: move the script to a file of the repository',
        error,
      )
    : new Error(`The process could not be started: ${error.message}`, {
        cause: error,
      });
}
