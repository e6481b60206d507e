import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  addEntry,
  ancestors,
  archiveEntries,
  archiveOf,
  printableName,
  storedHeader,
  type ArchiveEntry,
  type ArchiveWriter,
} from '@model-ci/backstage-plugin-model-ci-node';
import { linkTarget } from './linkTarget';
import type { Collected } from './openCollected';
import { RefusedContentError } from './RefusedContentError';
import { UnreadableArchiveError } from './UnreadableArchiveError';
import { WrittenNames } from './WrittenNames';
import { isAtOrBelow, plainPath } from './workspacePaths';

/** Not configurable: caches of models link a file per file of the model, and nothing sensible links more. */
const MAX_FOLLOWED = 1000;
/** Links that lead through links, as deep as any tool makes them; a circle of links would never end. */
const MAX_DEPTH = 8;

export interface ArtifactArchive {
  content: Readable;
  /** What of it the attempt has written; known once the content was read. */
  readonly written: WrittenNames;
  /** Where in the workspace the content of an entry was that is not at its own name. */
  origins: ReadonlyMap<string, string>;
}

/** An entry takes at least its header, so that many empty files count, too. */
const HEADER_BYTES = 512;

/** Content that is taken from `from` in the workspace and put at `to` in the archive. */
interface Place {
  from: string;
  to: string;
  depth: number;
  /** The link that led here. */
  link?: Reason;
}

/** Decides what becomes of each entry, in the order in which they come. */
class ArtifactCopy {
  readonly written = new WrittenNames();
  readonly origins = new Map<string, string>();
  private readonly path: string;
  /** Where in the archive something of the workspace is. */
  readonly #places: Map<string, string>;
  readonly #waiting: Place[];
  readonly #symlinks = new Set<string>();
  #followed = 0;
  #bytes = 0;

  constructor(
    { from, to }: Pick<Place, 'from' | 'to'>,
    private readonly maxBytes: number,
  ) {
    this.path = from;
    this.#places = new Map([[from, to]]);
    this.#waiting = [{ from, to, depth: 0 }];
  }

  next(): Place | undefined {
    return this.#waiting.shift();
  }

  headerFor(place: Place, header: ArchiveEntry['header']) {
    const from = plainPath(header.name);
    if (from === undefined || !isAtOrBelow(from, place.from)) {
      throw new UnreadableArchiveError(
        `The archive of '${place.from || '.'}' holds '${printableName(
          header.name,
        )}', which is not there`,
      );
    }
    this.written.note(from, header);
    const name = posix.join(place.to || '.', posix.relative(place.from, from));
    const to = name === '.' ? '' : name;
    const elsewhere = this.#placeOf(from);
    if (elsewhere && elsewhere.from !== place.from) {
      // It has a place of its own, which another link led to
      return from === elsewhere.from
        ? this.#symlink(to, this.#towards(to, elsewhere.to))
        : undefined;
    }
    this.#count(header.size);
    this.#refuseWayThroughLink(to);
    if (from !== to) {
      this.origins.set(to, from);
    }
    return this.#headerAt(place, header, { from, to });
  }

  /** By what is announced, before any of it is read: a sparse file costs nobody anything and may announce a petabyte. */
  #count(size: number): void {
    this.#bytes += HEADER_BYTES + size;
    if (this.#bytes > this.maxBytes) {
      throw new RefusedContentError(tooLarge(this.maxBytes));
    }
  }

  #headerAt(
    place: Place,
    header: ArchiveEntry['header'],
    { from, to }: { from: string; to: string },
  ) {
    const { type, size, mode, linkname = '' } = header;
    switch (type) {
      case 'file':
        return storedHeader({ name: to, type, size, mode });
      case 'directory':
        return storedHeader({ name: to, type });
      case 'symlink':
        return this.#follow(place, { from, to, target: linkname });
      case 'link': {
        const file = this.#hardLinkTarget(place, from, linkname);
        return storedHeader({ name: to, type, linkname: file });
      }
      default:
        throw new RefusedContentError(
          reason('file.notKept', { path: printableName(from), type }),
        );
    }
  }

  /** A link to something in the archive stays one; for others the content gets in line. */
  #follow(place: Place, link: { from: string; to: string; target: string }) {
    const { from, to, target } = link;
    const words = reason('file.link', {
      path: printableName(from),
      target: printableName(target),
    });
    const wanted = linkTarget(from, target);
    if (wanted === undefined) {
      throw new RefusedContentError(reason('file.linkLeaves', { link: words }));
    }
    const known = this.#placeOf(wanted);
    if (known) {
      const inside = posix.join(known.to, posix.relative(known.from, wanted));
      if (from === place.from && inside === to) {
        throw new RefusedContentError(reason('file.linkBack', { link: words }));
      }
      const same = from === to && known.from === known.to;
      return this.#symlink(to, same ? target : this.#towards(to, inside));
    }
    if (isAtOrBelow(this.path, wanted) || isAtOrBelow(place.from, wanted)) {
      throw new RefusedContentError(reason('file.linkAround', { link: words }));
    }
    this.#followed += 1;
    if (this.#followed > MAX_FOLLOWED || place.depth >= MAX_DEPTH) {
      throw new RefusedContentError(
        reason('file.linkBeside', {
          link: words,
          followed: MAX_FOLLOWED,
          depth: MAX_DEPTH,
        }),
      );
    }
    this.#places.set(wanted, to);
    this.#waiting.push({
      from: wanted,
      to,
      depth: place.depth + 1,
      link: words,
    });
    return undefined;
  }

  #symlink(name: string, linkname: string) {
    this.#symlinks.add(name);
    return storedHeader({ name, type: 'symlink', linkname });
  }

  #towards(name: string, target: string): string {
    return posix.relative(posix.dirname(name), target) || '.';
  }

  /** The innermost place that holds a path of the workspace. */
  #placeOf(path: string): { from: string; to: string } | undefined {
    for (const from of [path, ...ancestors(path).reverse(), '']) {
      const to = this.#places.get(from);
      if (to !== undefined) {
        return { from, to };
      }
    }
    return undefined;
  }

  #hardLinkTarget(place: Place, name: string, target: string): string {
    const file = plainPath(target);
    const known = file === undefined ? undefined : this.#placeOf(file);
    if (!file || known?.from !== place.from) {
      throw new RefusedContentError(
        reason('file.hardLink', {
          path: printableName(name),
          target: printableName(target),
        }),
      );
    }
    const inside = posix.join(
      known.to || '.',
      posix.relative(known.from, file),
    );
    this.#refuseWayThroughLink(inside);
    if (this.#symlinks.has(inside)) {
      throw new RefusedContentError(
        reason('file.hardLinkToLink', {
          path: printableName(name),
          target: printableName(target),
        }),
      );
    }
    return inside;
  }

  #refuseWayThroughLink(name: string): void {
    const link = ancestors(name).find(folder => this.#symlinks.has(folder));
    if (link !== undefined) {
      throw new RefusedContentError(
        reason('file.behindLink', {
          path: printableName(name),
          folder: printableName(link),
        }),
      );
    }
  }
}

/**
 * The archive of one workspace path as it is stored, see `storedHeader`. It holds what it needs: links to something in
 * the workspace beside the artifact are replaced by what they point to, each once, and further links to it point to
 * that. The stream ends in a `RefusedContentError` at what must not be unpacked elsewhere: links that leave the
 * workspace, links to nothing, devices, pipes.
 */
export function artifactArchive(
  /** Where it lies in the workspace, and where in the archive. */
  place: Pick<Place, 'from' | 'to'>,
  first: Extract<Collected, { type: 'archive' }>,
  open: (path: string) => Promise<Collected>,
  maxBytes = Infinity,
): ArtifactArchive {
  const copy = new ArtifactCopy(place, maxBytes);
  const content = archiveOf(async output => {
    for (let next = copy.next(); next; next = copy.next()) {
      const source =
        next.depth === 0 ? first : opened(await open(next.from), next);
      await copyPlace(copy, next, source, output);
    }
  });
  content.once('close', () => first.stream.destroy());
  return { content, written: copy.written, origins: copy.origins };
}

/** Why an artifact is not kept that has more than `maxBytes`. */
export function tooLarge(maxBytes: number): Reason {
  return reason('artifact.tooLarge', { max: maxBytes });
}

function opened(collected: Collected, { from, link }: Place) {
  // Only what a link led to is opened here.
  const words = link ?? reason('file.link', { path: from, target: from });
  switch (collected.type) {
    case 'archive':
      return collected;
    case 'missing':
      throw new RefusedContentError(
        reason('file.linkMissing', { link: words }),
      );
    case 'refused':
      throw new RefusedContentError(
        reason('file.linkRefused', { link: words, problem: collected.reason }),
      );
    default:
      throw new Error(
        `${words.text}, which the executor answers with a digest only`,
      );
  }
}

async function copyPlace(
  copy: ArtifactCopy,
  place: Place,
  source: Extract<Collected, { type: 'archive' }>,
  output: ArchiveWriter,
): Promise<void> {
  let entries = 0;
  try {
    for await (const entry of reading(archiveEntries(source.stream))) {
      entries += 1;
      const header = copy.headerFor(place, entry.header);
      if (header) {
        const content = header.type === 'file' ? reading(entry) : undefined;
        await addEntry(output, header, content);
      }
    }
  } catch (error) {
    const refusal = source.refusal();
    throw refusal === undefined ? error : new RefusedContentError(refusal);
  }
  if (entries === 0) {
    throw new UnreadableArchiveError(
      `The archive of '${place.from || '.'}' is empty`,
    );
  }
}

/** Separates what goes wrong with the source from what goes wrong where it goes. */
async function* reading<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* source;
  } catch (error) {
    throw error instanceof UnreadableArchiveError
      ? error
      : new UnreadableArchiveError(error);
  }
}
