import { InputError } from '@backstage/errors';
import type { ReadOptions } from './resolveCommit';
import { streamGit } from './runGit';

/** How much of a tree may be read. */
export interface TreeLimits {
  maxFiles: number;
  maxBytes: number;
}

/** A file of a tree. Its path is the bytes that were committed, which need not be UTF-8. */
export interface TreeFile {
  mode: string;
  id: string;
  size: number;
  path: Buffer;
}

/** Longest line of git's listing: a path is at most 4,096 bytes where anybody can check it out. */
const MAX_LINE = 16 * 1024;

/**
 * The files of a tree, looked at one by one and never more than may be read: a few objects of git can stand for more
 * paths and bytes than any machine holds, which `git archive` would try to. A submodule has no files here.
 */
export async function* walkTree(
  gitDir: string,
  tree: string,
  limits: TreeLimits,
  options: ReadOptions = {},
): AsyncGenerator<TreeFile> {
  let files = 0;
  let bytes = 0;
  const listing = streamGit(
    ['ls-tree', '-r', '-z', '-l', '--full-tree', tree],
    { gitDir, signal: options.signal },
  );
  for await (const line of splitAtNul(listing)) {
    const file = readLine(line);
    files += 1;
    bytes += file.size;
    if (files > limits.maxFiles || bytes > limits.maxBytes) {
      throw new InputError(describeTooLarge(tree, limits));
    }
    yield file;
  }
}

/**
 * A file's path as text. What is no UTF-8 has none: two such names would become one wherever text is made of them, so
 * that files would be lost without a word.
 */
export function readName({ path }: TreeFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      path,
    );
  } catch {
    throw new InputError(describeNotUtf8(path));
  }
}

/** Refuses a tree of which more would have to be read than may be, or that cannot be read as it is. */
export async function checkTree(
  gitDir: string,
  tree: string,
  limits: TreeLimits,
  options: ReadOptions = {},
): Promise<void> {
  for await (const file of walkTree(gitDir, tree, limits, options)) {
    readName(file);
  }
}

async function* splitAtNul(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
      yield Buffer.concat([rest, chunk.subarray(from, end)]);
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > MAX_LINE) {
      throw new InputError(
        `A path of the tree has more than ${MAX_LINE} bytes`,
      );
    }
  }
}

function readLine(line: Buffer): TreeFile {
  const tab = line.indexOf(9);
  const [mode, , id, size] = line
    .subarray(0, tab)
    .toString('latin1')
    .split(/ +/);
  return {
    mode,
    id,
    // A submodule has none.
    size: size === '-' ? 0 : Number(size),
    path: line.subarray(tab + 1),
  };
}

/** The name as git itself shows it, with its bytes in octal. */
function describeNotUtf8(path: Buffer): string {
  const shown = [...path.subarray(0, 500)]
    .map(byte =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');
  return `The name of the file "${shown}" is not UTF-8: rename it, and commit the change`;
}

function describeTooLarge(tree: string, limits: TreeLimits): string {
  return `The tree at ${tree} has more than ${limits.maxFiles} files or ${limits.maxBytes} bytes, which is more than may be read (modelCi.git.maxTreeFiles, modelCi.git.maxTreeBytes)`;
}
