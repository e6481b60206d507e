import type { Readable } from 'node:stream';
import type {
  GrowingFile,
  WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { KillReason } from '../jobs/judge';

/** What lies beside a workspace, by its name, before the job is submitted. */
export type FirstFiles = Record<string, string>;

/** What a job, or somebody who wants it dead, has written down. */
export interface Records {
  exit?: string;
  killed?: string;
  logBytes: number;
}

/** A piece of a log. */
export interface Piece {
  data: Buffer;
  /** Of the whole file. */
  size: number;
}

/**
 * The folders of attempts, `attempts/<id>` each, wherever they are. A folder appears whole or not at all, and its name is
 * free at once when it is removed. Nothing in it is trusted once its stage has run.
 */
export interface AttemptFiles {
  exists(id: string): Promise<boolean>;
  /** Changes nothing where it is there already. */
  create(
    id: string,
    files: FirstFiles,
    parts: Pick<WorkspacePart, 'path' | 'open'>[],
  ): Promise<void>;
  /** Of those that are there. */
  readRecords(ids: string[]): Promise<Map<string, Records>>;
  /** The first reason stays, and none is noted after the end. */
  noteKill(id: string, reason: KillReason): Promise<void>;
  /** What is there of a log from an offset on; undefined where there is none. */
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
  remove(id: string): Promise<void>;
  /** Removes what a backend that was killed has left half-made. */
  sweep(): Promise<void>;
}

/** Names below `attempts` that are no attempt's. */
export const DRAFT = '.draft-';
export const REMOVED = '.removed-';

/** A draft of that age is nobody's any more: no workspace takes longer to unpack. */
export const ABANDONED_MINUTES = 24 * 60;
