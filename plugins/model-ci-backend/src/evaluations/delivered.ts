import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  archiveEntries,
  printableName,
  type ArchiveEntry,
} from '@model-ci/backstage-plugin-model-ci-node';
import { plainPath } from './workspacePaths';

/** An archive that the attempt's workspace was made of. */
export interface DeliveredPart {
  from: { type: 'source' } | { type: 'artifact'; name: string; stage: string };
  open(): Promise<Readable>;
}

/** What an attempt was given, which its results are compared with. Later parts replace what earlier ones hold. */
export type Delivered = () => Promise<DeliveredPart[]>;

interface DeliveredFile {
  content: string;
  part: DeliveredPart;
}

/**
 * The part that some results were delivered with, if every one is as it was delivered: names in the workspace with what
 * they hold. Reads all of the delivered archives, so it is asked only where the times say that nothing was written.
 */
export async function deliveredWith(
  results: ReadonlyMap<string, string>,
  delivered: Delivered,
): Promise<DeliveredPart | undefined> {
  const found = new Map<string, DeliveredFile>();
  for (const part of await delivered()) {
    const contents = await contentsOf(await part.open(), name =>
      results.has(name),
    );
    for (const [name, content] of contents) {
      found.set(name, { content, part });
    }
  }
  const same = [...results].every(
    ([name, content]) => found.get(name)?.content === content,
  );
  return same ? [...found.values()].at(-1)?.part : undefined;
}

/** What files and links of an archive hold, by their plain names: the SHA-256 of a file, the target of a link. */
export async function contentsOf(
  archive: Readable,
  isWanted: (name: string) => boolean = () => true,
): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for await (const entry of archiveEntries(archive)) {
    const name = plainPath(entry.header.name);
    if (name !== undefined && isWanted(name)) {
      const content = await contentOf(entry);
      if (content !== undefined) {
        contents.set(name, content);
      }
    }
  }
  return contents;
}

/** The SHA-256 of a file, the target of a link; undefined for all else. */
export async function contentOf(
  entry: ArchiveEntry,
): Promise<string | undefined> {
  const { type, linkname } = entry.header;
  if (type === 'file') {
    const hash = createHash('sha256');
    for await (const chunk of entry) {
      hash.update(chunk);
    }
    return hash.digest('hex');
  }
  return type === 'symlink' || type === 'link'
    ? `${type} ${linkname}`
    : undefined;
}

/** Why something that lies in the workspace is no result of the stage. */
export function notWritten(path: string, { from }: DeliveredPart): Reason {
  const file = { path: printableName(path) };
  return from.type === 'source'
    ? reason('file.inSource', file)
    : reason('file.inArtifact', {
        ...file,
        artifact: from.name,
        stage: from.stage,
      });
}
