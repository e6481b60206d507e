import { Readable } from 'node:stream';
import type { ReportKind } from '@model-ci/backstage-plugin-model-ci-common';
import {
  archiveEntries,
  type ArchiveEntry,
  type ArtifactStore,
  type Executor,
  type Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { openCollected, openStored } from './openCollected';
import { MalformedReportError, malformed } from './reports/ReportReader';
import type { ReportReader } from './reports/ReportReader';
import { plainPath } from './workspacePaths';

export type CollectedReport<T> =
  | { type: 'read'; path: string; digest: string; report: T }
  | { type: 'missing' }
  | { type: 'malformed'; error: MalformedReportError };

/**
 * Streams one report of a finished attempt through its reader into the artifact store. A malformed one is
 * not stored.
 */
export async function collectReport<T>(options: {
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  kind: ReportKind;
  path: string;
  maxBytes: number;
  reader: ReportReader<T>;
}): Promise<CollectedReport<T>> {
  const { executor, handle, store, maxBytes, reader } = options;
  const refused = (reason: string): CollectedReport<T> => ({
    type: 'malformed',
    error: malformed(reason),
  });
  const path = plainPath(options.path);
  if (!path) return refused('the path names no file in the workspace');
  const collected = await openCollected(executor, handle, path);
  if (collected.type === 'missing') return collected;
  if (collected.type === 'refused') return refused(collected.reason);
  const archive =
    collected.type === 'uploaded'
      ? await openStored(store, collected.digest)
      : collected;

  try {
    for await (const entry of archiveEntries(archive.stream)) {
      if (plainPath(entry.header.name) !== path) {
        entry.resume();
        continue;
      }
      const obstacle = whyNoReport(entry, maxBytes);
      if (obstacle) return refused(obstacle);
      return await storeReport(entry, store, path, reader);
    }
    return { type: 'missing' };
  } catch (error) {
    const reason = archive.refusal();
    if (reason !== undefined) return refused(reason);
    throw error;
  }
}

function whyNoReport(
  { header }: ArchiveEntry,
  maxBytes: number,
): string | undefined {
  switch (header.type) {
    case 'file':
      return header.size > maxBytes
        ? `the file has ${header.size} bytes; at most ${maxBytes} are read`
        : undefined;
    case 'directory':
      return 'this is a folder; name the file in it';
    case 'symlink':
    case 'link':
      return 'this is a link; let the stage write the file itself';
    default:
      return `this is a ${header.type}; let the stage write a file`;
  }
}

async function storeReport<T>(
  entry: ArchiveEntry,
  store: ArtifactStore,
  path: string,
  reader: ReportReader<T>,
): Promise<CollectedReport<T>> {
  let outcome: { report: T } | { error: MalformedReportError } | undefined;
  async function* readWhileStoring() {
    try {
      for await (const chunk of entry) {
        reader.write(chunk);
        yield chunk;
      }
      // Before the end reaches the store, so that nothing malformed is kept.
      outcome = { report: reader.end() };
    } catch (error) {
      if (error instanceof MalformedReportError) outcome = { error };
      throw error;
    }
  }
  try {
    const { digest } = await store.write(
      Readable.from(readWhileStoring(), { objectMode: false }),
    );
    if (!outcome || 'error' in outcome) {
      throw new Error(`The artifact store did not read '${path}' to its end`);
    }
    return { type: 'read', path, digest, report: outcome.report };
  } catch (error) {
    // A store may wrap the error of the stream that it reads.
    if (outcome && 'error' in outcome) {
      return { type: 'malformed', error: outcome.error };
    }
    throw error;
  }
}
