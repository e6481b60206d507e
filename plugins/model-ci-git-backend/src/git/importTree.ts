import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Readable, Transform, type Writable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { extract } from 'tar-stream';
import { gitEnvironment } from './environment';
import { limitedGit } from './limitedGit';
import { collectStderr, GitCommandError } from './runGit';
import { readTreeEntry } from './treeEntry';

export interface ImportTreeOptions {
  /** Ref that the new commit is put under; must not exist. */
  ref: string;
  parent?: string;
  message: string;
  author: { name: string; email: string };
  archive: Readable;
  maxBytes: number;
  maxFiles: number;
  signal?: AbortSignal;
}

const ARGS = ['fast-import', '--quiet', '--done', '--date-format=now'];

/** git went away; its exit status says why. */
class ImportEndedError extends Error {
  constructor() {
    super('git fast-import ended before it had the whole tree');
  }
}

/**
 * Streams a tar archive into the repository as one commit that holds exactly its files. Nothing is unpacked
 * into a folder, so no entry can write anywhere; no commit appears unless the archive was whole and harmless.
 */
export async function importTree(
  gitDir: string,
  options: ImportTreeOptions,
): Promise<void> {
  const child = spawn(...limitedGit(ARGS), {
    env: gitEnvironment({ gitDir }),
    stdio: ['pipe', 'ignore', 'pipe'],
    signal: options.signal,
  });
  const exited = once(child, 'close');
  exited.catch(() => {});
  const stderr = collectStderr(child.stderr);
  // A write error only says that git is gone; its exit status says why.
  child.stdin.on('error', () => {});
  try {
    await writeCommit(child.stdin, options);
    child.stdin.end();
  } catch (error) {
    if (!(error instanceof ImportEndedError)) {
      child.kill();
      await exited.catch(() => {});
      throw error;
    }
  }
  const [status] = await exited;
  if (status !== 0) {
    throw new GitCommandError(ARGS, status, stderr());
  }
}

async function writeCommit(
  stdin: Writable,
  options: ImportTreeOptions,
): Promise<void> {
  const send = async (chunk: string | Buffer): Promise<void> => {
    if (stdin.destroyed) {
      throw new ImportEndedError();
    }
    if (!stdin.write(chunk)) {
      await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]);
    }
  };
  const { name, email } = options.author;
  await send(
    `commit ${options.ref}\ncommitter ${name} <${email}> now\n${data(
      options.message,
    )}`,
  );
  if (options.parent) {
    await send(`from ${options.parent}\n`);
  }
  await send('deleteall\n');

  const seen = new Set<string>();
  const folders = new Set<string>();
  const limit = limitBytes(options.maxBytes);
  const entries = options.archive
    .on('error', error => entries.destroy(error))
    .pipe(limit)
    .on('error', error => entries.destroy(error))
    .pipe(extract());
  try {
    for await (const entry of entries) {
      const treeEntry = readTreeEntry(entry.header);
      if (treeEntry) {
        claimPath(treeEntry.path, seen, folders);
        if (seen.size > options.maxFiles) {
          throw new InputError(
            `The archive holds more than ${options.maxFiles} files`,
          );
        }
        const quoted = `"${treeEntry.path.replaceAll('"', '\\"')}"`;
        if (treeEntry.kind === 'link') {
          await send(`M 120000 inline ${quoted}\n${data(treeEntry.target)}`);
        } else {
          const mode = treeEntry.executable ? '100755' : '100644';
          await send(`M ${mode} inline ${quoted}\ndata ${treeEntry.size}\n`);
          for await (const part of entry as AsyncIterable<Buffer>) {
            await send(part);
          }
          await send('\n');
        }
      }
      entry.resume();
    }
  } catch (error) {
    throw explain(limit.errored ?? error);
  }
  if (seen.size === 0) {
    throw new InputError('The archive holds no files');
  }
  await send('done\n');
}

/** Refuses a second entry for a path, and a path that is both a file and a folder. */
function claimPath(
  path: string,
  seen: Set<string>,
  folders: Set<string>,
): void {
  if (seen.has(path) || folders.has(path)) {
    throw new InputError(`The archive holds ${JSON.stringify(path)} twice`);
  }
  seen.add(path);
  for (
    let end = path.lastIndexOf('/');
    end > 0;
    end = path.lastIndexOf('/', end - 1)
  ) {
    const folder = path.slice(0, end);
    if (seen.has(folder)) {
      throw new InputError(
        `The archive holds ${JSON.stringify(folder)} as a file and as a folder`,
      );
    }
    folders.add(folder);
  }
}

/** Whatever else goes wrong while an archive is read is the archive's own fault. */
function explain(error: unknown): unknown {
  if (error instanceof InputError || error instanceof ImportEndedError) {
    return error;
  }
  return new InputError('The body is no whole tar archive', error);
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** Ends a stream with an error once it is longer than it may be. */
function limitBytes(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) {
        done(new InputError(`The archive is larger than ${maxBytes} bytes`));
      } else {
        done(null, chunk);
      }
    },
  });
}
