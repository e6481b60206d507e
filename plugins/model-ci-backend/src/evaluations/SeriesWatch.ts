import type {
  Executor,
  GrowingFile,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { CollectedCurve } from '../database/operations/results/types';
import { isReport } from './collectReport';
import { withoutEarlierCheckpoints } from './collectSeries';
import { folderOf } from './filePattern';
import { MalformedReportError } from './reports/ReportReader';
import { CurveBudget } from './reports/series/CurveBudget';
import { curvesOf } from './reports/series/curvesOf';
import { createSeriesReader, type SeriesReader } from './reports/series/series';
import { plainPath } from './workspacePaths';

/** Not configurable: more files are not watched while they grow; they are read at the end. */
const MAX_FILES = 100;
/** Of one file in one step, so that no step takes long; the next one goes on behind them. */
const MAX_STEP_BYTES = 16 * 1024 * 1024;
/** The last bytes that were read, by which a file is known that was written anew. */
const TAIL_BYTES = 64;

interface WatchedFile {
  reader: SeriesReader;
  offset: number;
  tail: Buffer;
  /** Nothing more can be read of it, until it is written anew. */
  isMalformed: boolean;
}

export interface SeriesWatchOptions {
  peek: NonNullable<Executor['peek']>;
  handle: Handle;
  /** Files, folders and patterns. */
  paths: string[];
}

/**
 * Reads the series of a running attempt as they grow, each from where it stopped. What it knows is in memory alone: after
 * a restart it reads from the beginning again.
 */
export class SeriesWatch {
  readonly #files = new Map<string, WatchedFile>();
  #budget = new CurveBudget();

  constructor(private readonly options: SeriesWatchOptions) {}

  /** Reads what was added, and answers all curves if there was something. */
  async step(signal: AbortSignal): Promise<CollectedCurve[] | undefined> {
    let isChanged = false;
    for (const path of this.options.paths) {
      isChanged = (await this.#readPath(path, signal)) || isChanged;
    }
    return isChanged ? this.#curves() : undefined;
  }

  #curves(): CollectedCurve[] {
    const paths = withoutEarlierCheckpoints([...this.#files.keys()]);
    return paths.flatMap(path => {
      const file = this.#files.get(path);
      return file ? curvesOf(path, file.reader.soFar) : [];
    });
  }

  async #readPath(path: string, signal: AbortSignal): Promise<boolean> {
    const { peek, handle } = this.options;
    const pattern = plainPath(path);
    if (pattern === undefined) {
      return false;
    }
    const place = { at: folderOf(pattern), pattern };
    let isChanged = false;
    for await (const file of peek(handle, place.at || '.', signal)) {
      const isWatched =
        this.#files.has(file.path) || this.#files.size < MAX_FILES;
      if (isWatched && isReport('series', place, file.path)) {
        isChanged = (await this.#readFile(file)) || isChanged;
      }
    }
    return isChanged;
  }

  async #readFile(file: GrowingFile): Promise<boolean> {
    const known = this.#files.get(file.path);
    if (known && file.size === known.offset) {
      return false;
    }
    if (known && file.size < known.offset) {
      this.#forget(file.path);
      return this.#readFile(file);
    }
    const watched = known ?? this.#begin(file.path);
    if (watched.isMalformed) {
      return false;
    }
    const read = await this.#readOn(file, watched);
    if (read === 'rewritten') {
      // Its bytes were passed by; the next step reads it from the beginning.
      this.#forget(file.path);
      return true;
    }
    return read > 0;
  }

  #begin(path: string): WatchedFile {
    const watched = {
      reader: createSeriesReader(path, this.#budget),
      offset: 0,
      tail: Buffer.alloc(0),
      isMalformed: false,
    };
    this.#files.set(path, watched);
    return watched;
  }

  #forget(path: string): void {
    this.#budget.giveBack(this.#files.get(path)?.reader.soFar.curves.size ?? 0);
    this.#files.delete(path);
  }

  /** How many bytes were read, or that the file is not the one that was read before. */
  async #readOn(
    file: GrowingFile,
    watched: WatchedFile,
  ): Promise<number | 'rewritten'> {
    let unchecked = watched.tail;
    let read = 0;
    for await (const chunk of file.read(watched.offset - unchecked.length)) {
      const repeated = chunk.subarray(0, unchecked.length);
      if (!repeated.equals(unchecked.subarray(0, repeated.length))) {
        return 'rewritten';
      }
      unchecked = unchecked.subarray(repeated.length);
      const added = chunk.subarray(repeated.length);
      if (!take(watched, added)) {
        break;
      }
      read += added.length;
      if (read >= MAX_STEP_BYTES) {
        break;
      }
    }
    return read;
  }
}

/** Answers false where the file turns out to be malformed; the report at the end says how. */
function take(watched: WatchedFile, added: Buffer): boolean {
  watched.offset += added.length;
  watched.tail = Buffer.concat([
    watched.tail,
    added.subarray(-TAIL_BYTES),
  ]).subarray(-TAIL_BYTES);
  try {
    watched.reader.write(added);
    return true;
  } catch (error) {
    if (error instanceof MalformedReportError) {
      watched.isMalformed = true;
      return false;
    }
    throw error;
  }
}
