import type { Readable } from 'node:stream';
import { ConflictError, InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ResultsLostError,
  type GrowingFile,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';

/** What lies beside a workspace, by its name, before the job is submitted. */
export type FirstFiles = Record<string, string>;

/** What a job, or somebody who wants it dead, has written down. */
export type Records =
  | {
      type: 'seen';
      exit?: string;
      killed?: string;
      logBytes: number;
    }
  /** Its folder is not among those of the other attempts any more. */
  | { type: 'gone' };

/** A piece of a log. */
export interface Piece {
  data: Buffer;
  /** Of the whole file. */
  size: number;
}

/**
 * The folders of attempts, `attempts/<id>` each, wherever they are. A folder appears whole or not at all, and its name is
 * free at once when it is removed. Nothing in it is trusted once its stage has run.
 *
 * That something is missing is said only where `attempts` itself is there: with its marker, so that an empty mount point
 * is not taken for it. Everything else fails, and nothing follows from it.
 */
export interface AttemptFiles {
  exists(id: string): Promise<boolean>;
  /** Changes nothing where it is there already. Rejects, and leaves nothing, where the attempt was closed, also while it worked. */
  create(
    id: string,
    files: FirstFiles,
    parts: Pick<WorkspacePart, 'path' | 'open'>[],
  ): Promise<void>;
  /** Without those whose folder is there, or should be, and cannot be read. */
  readRecords(ids: string[]): Promise<Map<string, Records>>;
  /** The first note stays, and none is made after the end. */
  noteKill(id: string, note: string): Promise<void>;
  /** What is there of a log from an offset on; undefined where its folder holds none, or is gone. */
  readLog(
    id: string,
    offset: number,
    maxBytes: number,
  ): Promise<Piece | undefined>;
  collect(id: string, path: string): Promise<Readable>;
  peek(
    id: string,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile>;
  /** From now on nobody makes its folder, who may have been uploading for hours without knowing that it has ended. */
  close(id: string): Promise<void>;
  /** Closes it, too. */
  remove(id: string): Promise<void>;
  /** Makes `attempts` and its marker where there are none, in a folder that is there, and removes what a backend that was killed has left half-made. */
  sweep(): Promise<void>;
}

/** Names below `attempts` that are no attempt's. */
export const DRAFT = '.draft-';
export const REMOVED = '.removed-';
/** Holds a file for each attempt that was closed. */
export const CLOSED = '.closed';
/** Whoever sees it sees the folders of all attempts. */
export const MARKER = '.model-ci';

/** A draft of that age is nobody's any more: no workspace takes longer to unpack. */
export const ABANDONED_MINUTES = 24 * 60;

/** Twice as long as an upload takes at most. */
export const CLOSED_MINUTES = 2 * ABANDONED_MINUTES;

export function closedError(id: string): ConflictError {
  return new ConflictError(
    `Attempt ${id} was withdrawn or has ended; it is not started again`,
  );
}

/** Missing among those of the other attempts, which are there. */
export function folderGone(): ResultsLostError {
  return new ResultsLostError(reason('slurm.lostFolder'));
}

/** Asking again changes nothing: the stage made it so. */
export function unreadable(name: string): InputError {
  return new InputError(
    `'${name}' cannot be stored: its permissions do not let its owner read it`,
  );
}
