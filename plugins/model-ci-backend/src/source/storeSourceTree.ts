import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { InputError } from '@backstage/errors';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import {
  extract,
  pack,
  type Extract,
  type Header,
  type Pack,
} from 'tar-stream';

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

export interface StoredFile {
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  size: number;
}

export interface StoredSourceTree {
  /** Artifact with the tree, as a tar archive that is safe to unpack. */
  digest: string;
  /** Files by path, with what they hold. */
  files: Map<string, StoredFile>;
  /** Text of the file that was asked for, if the tree has it. */
  text?: string;
}

export interface SourceTreeLimits {
  maxBytes: number;
  maxEntries: number;
}

/** Bytes of the one file that is read into memory. */
const MAX_TEXT_BYTES = 1024 * 1024;

/**
 * Puts a source tree into the artifact store, entry by entry, as it comes. Only files, folders, and links that stay
 * inside the tree go in; anything else is refused with an `InputError`, as is a tree beyond the limits.
 */
export async function storeSourceTree(
  tree: Readable,
  options: { store: ArtifactStore; textOf: string; limits: SourceTreeLimits },
): Promise<StoredSourceTree> {
  const archive = pack();
  const output = new PassThrough();
  const piping = pipeline(archive, output);
  const storing = options.store.write(output);
  const reading = readEntries(tree, archive, options).catch(error => {
    archive.destroy(error);
    throw error;
  });
  const [read, stored, piped] = await Promise.allSettled([
    reading,
    storing,
    piping,
  ]);
  // What is wrong with the tree comes first: it is why the others failed too.
  for (const result of [read, stored, piped]) {
    if (result.status === 'rejected') {
      throw result.reason;
    }
  }
  if (read.status !== 'fulfilled' || stored.status !== 'fulfilled') {
    throw new Error('The source tree was not stored');
  }
  return { digest: stored.value.digest, ...read.value };
}

async function readEntries(
  tree: Readable,
  archive: Pack,
  options: { textOf: string; limits: SourceTreeLimits },
): Promise<Omit<StoredSourceTree, 'digest'>> {
  const { textOf, limits } = options;
  const files = new Map<string, StoredFile>();
  const links = new Set<string>();
  const entries = extract();
  const feeding = pipeline(tree, entries);
  feeding.catch(() => {});
  let text: string | undefined;
  let bytes = 0;
  let count = 0;
  for await (const entry of entries) {
    const { header } = entry;
    const name = checkName(header.name, links);
    bytes += header.size ?? 0;
    count++;
    if (bytes > limits.maxBytes || count > limits.maxEntries) {
      throw new InputError(
        `The source is larger than ${limits.maxBytes} bytes or ${limits.maxEntries} files; keep large files elsewhere, or raise modelCi.engine.maxSourceBytes and maxSourceEntries`,
      );
    }
    if (name === '') {
      entry.resume();
    } else if (header.type === 'file' || header.type === 'contiguous-file') {
      const read = await copyFile(entry, archive, name, name === textOf);
      files.set(name, read.file);
      text = read.text ?? text;
    } else {
      archive.entry(safeHeader(header, name, links));
      entry.resume();
    }
  }
  await feeding;
  archive.finalize();
  return { files, ...(text !== undefined && { text }) };
}

async function copyFile(
  entry: Entry,
  archive: Pack,
  name: string,
  keep: boolean,
): Promise<{ file: StoredFile; text?: string }> {
  const { header } = entry;
  const size = header.size ?? 0;
  if (keep && size > MAX_TEXT_BYTES) {
    throw new InputError(
      `'${name}' has ${size} bytes; at most ${MAX_TEXT_BYTES} are read`,
    );
  }
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  const target = archive.entry({
    name,
    type: 'file',
    size,
    mode: (header.mode ?? 0) & 0o111 ? 0o755 : 0o644,
    ...(header.mtime && { mtime: header.mtime }),
  });
  const watched = new PassThrough();
  watched.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    if (keep) {
      kept.push(chunk);
    }
  });
  const written = finished(target, { readable: false });
  await Promise.all([
    pipeline(entry, watched),
    pipeline(watched, target),
    written,
  ]);
  return {
    file: { digest: `sha256:${hash.digest('hex')}`, size },
    ...(keep && { text: Buffer.concat(kept).toString('utf8') }),
  };
}

/**
 * The name relative to the tree's root; empty for the root itself. Nothing may lie behind a link: where it
 * would end up cannot be told from its name.
 */
function checkName(name: string, links: ReadonlySet<string>): string {
  const normal = posix.normalize(name).replace(/\/$/, '');
  const parents = normal.split('/').slice(0, -1);
  if (
    name.includes('\0') ||
    normal.startsWith('/') ||
    normal === '..' ||
    normal.startsWith('../') ||
    parents.some((_, index) => links.has(parents.slice(0, index + 1).join('/')))
  ) {
    throw new InputError(`The source has an entry outside itself: '${name}'`);
  }
  return normal === '.' ? '' : normal;
}

/** A target that goes up only at its beginning, and not beyond the tree's root. */
function checkTarget(name: string, target: string): void {
  const inside = posix.join(posix.dirname(name), target);
  if (
    target === '' ||
    target.includes('\0') ||
    posix.isAbsolute(target) ||
    inside === '..' ||
    inside.startsWith('../') ||
    goesUpLater(target)
  ) {
    throw new InputError(
      `The source has a link that leads outside it: '${name}' to '${target}'`,
    );
  }
}

function safeHeader(
  header: Header,
  name: string,
  links: Set<string>,
): Parameters<Pack['entry']>[0] {
  const times = { ...(header.mtime && { mtime: header.mtime }) };
  const linkname = header.linkname ?? '';
  switch (header.type) {
    case 'directory':
      return { name, type: 'directory', mode: 0o755, ...times };
    case 'symlink':
      checkTarget(name, linkname);
      links.add(name);
      return { name, type: 'symlink', linkname, ...times };
    case 'link':
      return {
        name,
        type: 'link',
        linkname: checkName(linkname, links),
        ...times,
      };
    default:
      throw new InputError(
        `The source has an entry that is neither file, folder nor link: '${name}' (${header.type})`,
      );
  }
}

/** Behind the name of another link, `..` would go up from wherever that one leads. */
function goesUpLater(target: string): boolean {
  const parts = target.split('/').filter(part => part !== '.' && part !== '');
  const down = parts.findIndex(part => part !== '..');
  return down !== -1 && parts.indexOf('..', down) !== -1;
}
