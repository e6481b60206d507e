import { posix } from 'node:path';
import { Readable } from 'node:stream';
import {
  reason,
  type Reason,
  type ReportKind,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  archiveEntries,
  hasEntryTime,
  printableName,
  type ArchiveEntry,
  type ArtifactStore,
  type Executor,
  type Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Masks } from '../masking/Masks';
import { deliveredWith, notWritten, type Delivered } from './delivered';
import { linkTarget } from './linkTarget';
import {
  openCollected,
  openStored,
  type Collected,
  type FindUpload,
} from './openCollected';
import { folderOf, isPattern, matchesPattern } from './filePattern';
import { isLmEvalFile } from './reports/lmEval';
import { isSeriesFile, SERIES_FILES } from './reports/series/detectFormat';
import { MalformedReportError, malformed } from './reports/ReportReader';
import type { ReportReader } from './reports/ReportReader';
import { isAtOrBelow, plainPath } from './workspacePaths';
import { givenIn } from './WrittenNames';

/** One file of a report that was read and stored. */
export interface ReadReport<T> {
  path: string;
  digest: string;
  report: T;
}

export interface CollectedReport<T> {
  files: ReadReport<T>[];
  /** Files that cannot be read, and why. */
  malformed: Array<{ path: string; error: MalformedReportError }>;
  /** Why there is nothing, if it is not for lack of files: what lies there was not written. */
  notWritten?: Reason;
}

export interface CollectReportOptions<TRead, T> {
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  kind: ReportKind;
  /** A file, a folder, or a pattern of files. */
  path: string;
  maxBytes: number;
  maxFiles: number;
  /** A fresh reader for each file. */
  createReader(path: string): ReportReader<TRead>;
  /** What is held of a file until all are read. The next one is read after it. */
  keep(report: TRead): Promise<T>;
  delivered?: Delivered;
  findUpload?: FindUpload;
  /** Of the secrets that the attempt was given. */
  masks?: Masks;
}

/** Which files of a folder are reports, where a folder of them is named, and what they are called. */
const IN_FOLDERS: Partial<
  Record<ReportKind, { name: string; isReport(path: string): boolean }>
> = {
  junit: { name: '.xml', isReport: path => path.endsWith('.xml') },
  metrics: { name: '.json', isReport: path => path.endsWith('.json') },
  'lm-eval': {
    name: 'results_*.json or samples_*.jsonl',
    isReport: isLmEvalFile,
  },
  series: { name: SERIES_FILES, isReport: isSeriesFile },
};
/** A report may be a link to a link, as deep as any tool makes them. */
const MAX_LINKS = 8;

class FoundReports<TRead, T> {
  /** Whether the attempt has made the link that led to the files. */
  surelyWritten = false;
  readonly #files: Array<ReadReport<T> & { untouched: boolean }> = [];
  readonly #malformed: CollectedReport<T>['malformed'] = [];
  #considered = 0;
  /** The folder that was named, in which files are looked for. */
  #folder: string | undefined;

  constructor(private readonly options: CollectReportOptions<TRead, T>) {}

  refuse(path: string, why: Reason): void {
    this.#malformed.push({ path, error: malformed(why) });
  }

  async consider(
    name: string,
    { at, pattern }: Place,
    entry: ArchiveEntry,
    untouched: boolean,
  ): Promise<void> {
    const { kind, maxFiles } = this.options;
    const { type } = entry.header;
    if (type === 'directory') {
      if (name === pattern) {
        this.#folder = name;
      }
      return;
    }
    if (!isReport(kind, { at, pattern }, name)) {
      return;
    }
    this.#considered += 1;
    if (this.#considered > maxFiles) {
      if (this.#considered === maxFiles + 1) {
        this.refuse(pattern, reason('report.manyFiles', { max: maxFiles }));
      }
      return;
    }
    await this.#read(name, entry, untouched);
  }

  async #read(
    path: string,
    entry: ArchiveEntry,
    untouched: boolean,
  ): Promise<void> {
    const {
      store,
      maxBytes,
      createReader,
      keep,
      masks = Masks.none,
    } = this.options;
    const obstacle = whyNoReport(entry, maxBytes);
    if (obstacle) {
      this.refuse(path, obstacle);
      return;
    }
    const stored = await storeReport(
      masks.pipe(entry),
      store,
      path,
      createReader(path),
    );
    if ('error' in stored) {
      this.#malformed.push({ path, error: stored.error });
    } else {
      const { digest } = stored;
      const report = await keep(stored.report);
      this.#files.push({ path, digest, report, untouched });
    }
  }

  /** What is left when files that are as they were delivered are taken away. */
  async withoutDelivered(): Promise<CollectedReport<T>> {
    const { delivered, kind } = this.options;
    if (this.#folder !== undefined && this.#considered === 0) {
      const wanted = IN_FOLDERS[kind]?.name;
      this.refuse(
        this.#folder,
        wanted === undefined
          ? reason('report.isFolder')
          : reason('report.emptyFolder', { wanted }),
      );
    }
    const files: ReadReport<T>[] = [];
    let given: Reason | undefined;
    for (const { untouched, ...file } of this.#files) {
      const part =
        untouched && !this.surelyWritten && delivered
          ? await deliveredWith(
              new Map([[file.path, file.digest.replace('sha256:', '')]]),
              delivered,
            )
          : undefined;
      if (part) {
        given = notWritten(file.path, part);
      } else {
        files.push(file);
      }
    }
    return {
      files,
      malformed: this.#malformed,
      ...(files.length === 0 && given !== undefined && { notWritten: given }),
    };
  }
}

/**
 * Streams the files of a report of a finished attempt through their readers into the artifact store. Malformed ones are
 * not stored, and those that lay in the workspace before the attempt are no reports of it.
 */
export async function collectReport<TRead, T>(
  options: CollectReportOptions<TRead, T>,
): Promise<CollectedReport<T>> {
  const found = new FoundReports(options);
  const path = plainPath(options.path);
  if (path) {
    await readAt(options, found, { at: folderOf(path), pattern: path });
  } else {
    found.refuse(options.path, reason('report.noPath'));
  }
  return await found.withoutDelivered();
}

interface Place {
  /** What is collected. */
  at: string;
  pattern: string;
}

async function readAt<TRead, T>(
  options: CollectReportOptions<TRead, T>,
  found: FoundReports<TRead, T>,
  place: Place,
  links = 0,
): Promise<void> {
  const { executor, handle, store, findUpload } = options;
  const collected = await openCollected(executor, handle, place.at, findUpload);
  if (collected.type === 'missing') {
    if (links > 0) {
      found.refuse(
        options.path,
        reason('report.linkMissing', { target: place.at }),
      );
    }
    return;
  }
  if (collected.type === 'refused') {
    found.refuse(place.pattern, collected.reason);
    return;
  }
  const archive =
    collected.type === 'uploaded'
      ? await openStored(store, collected.digest)
      : collected;
  const isGiven =
    collected.type === 'uploaded' ? givenIn(collected.written) : undefined;
  const untouched = ({ name, mtime }: ArchiveEntry['header']) =>
    isGiven ? isGiven(plainPath(name) ?? name) : hasEntryTime(mtime);
  const link = await readArchive(found, place, archive, untouched);
  if (
    link !== undefined &&
    (link.target === undefined || links === MAX_LINKS)
  ) {
    found.refuse(
      options.path,
      reason('report.linkLeaves', { target: printableName(link.text) }),
    );
  } else if (link?.target !== undefined) {
    found.surelyWritten ||= link.written;
    await readAt(
      options,
      found,
      {
        at: link.target,
        pattern: posix.join(
          link.target,
          posix.relative(place.at, place.pattern),
        ),
      },
      links + 1,
    );
  }
}

interface Link {
  text: string;
  /** Undefined if it leaves the workspace. */
  target: string | undefined;
  written: boolean;
}

/** Whether what was found at a place is a report of this kind. */
export function isReport(
  kind: ReportKind,
  { at, pattern }: Place,
  name: string,
): boolean {
  return isPattern(pattern)
    ? matchesPattern(pattern, name)
    : name === pattern ||
        (name !== at && (IN_FOLDERS[kind]?.isReport(name) ?? false));
}

/** Reads what matches; answers where the place itself points to, if it is a link. */
async function readArchive<TRead, T>(
  found: FoundReports<TRead, T>,
  place: Place,
  archive: Extract<Collected, { type: 'archive' }>,
  untouched: (header: ArchiveEntry['header']) => boolean,
): Promise<Link | undefined> {
  let link: Link | undefined;
  try {
    for await (const entry of archiveEntries(archive.stream)) {
      const { type, linkname = '' } = entry.header;
      const name = plainPath(entry.header.name);
      if (name === place.at && type === 'symlink') {
        link = {
          text: linkname,
          target: linkTarget(name, linkname),
          written: !untouched(entry.header),
        };
      } else if (name !== undefined && isAtOrBelow(name, place.at)) {
        await found.consider(name, place, entry, untouched(entry.header));
      }
    }
  } catch (error) {
    const refusal = archive.refusal();
    if (refusal === undefined) {
      throw error;
    }
    found.refuse(place.pattern, refusal);
  }
  return link;
}

function whyNoReport(
  { header }: ArchiveEntry,
  maxBytes: number,
): Reason | undefined {
  switch (header.type) {
    case 'file':
      return header.size > maxBytes
        ? reason('report.manyBytes', { size: header.size, max: maxBytes })
        : undefined;
    case 'symlink':
    case 'link':
      return reason('report.isLink');
    default:
      return reason('report.isOther', { type: header.type });
  }
}

async function storeReport<T>(
  entry: AsyncIterable<Buffer>,
  store: ArtifactStore,
  path: string,
  reader: ReportReader<T>,
): Promise<{ digest: string; report: T } | { error: MalformedReportError }> {
  let outcome: { report: T } | { error: MalformedReportError } | undefined;
  async function* readWhileStoring() {
    try {
      for await (const chunk of entry) {
        orBeyondReading(() => reader.write(chunk));
        yield chunk;
      }
      // Before the end reaches the store, so that nothing malformed is kept.
      outcome = { report: orBeyondReading(() => reader.end()) };
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
      throw new Error(
        `The artifact store did not read '${printableName(path)}' to its end`,
      );
    }
    return { digest, report: outcome.report };
  } catch (error) {
    // A store may wrap the error of the stream that it reads.
    if (outcome && 'error' in outcome) {
      return { error: outcome.error };
    }
    throw error;
  }
}

/** What the JavaScript engine throws where a text is too long for it, or values are nested too deeply. */
const BEYOND_READING = new Set([
  'Invalid string length',
  'Invalid array length',
  'Map maximum size exceeded',
  'Set maximum size exceeded',
  'Maximum call stack size exceeded',
]);

/**
 * What no reader is made for, such as a text of gigabytes, would come back at every try: it is the report's fault. Whatever
 * else a reader throws beside `MalformedReportError` is a bug of ours, for which no stage fails.
 */
function orBeyondReading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isBeyondReading(error)
      ? malformed(reason('report.beyondReading'))
      : error;
  }
}

function isBeyondReading(error: unknown): boolean {
  return error instanceof RangeError && BEYOND_READING.has(error.message);
}
