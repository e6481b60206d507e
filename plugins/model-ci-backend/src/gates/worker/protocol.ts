import type { JudgedGate, StageEvidence } from '../types';

/** What makes a thread one of this room. */
export const ROLE = 'model-ci-gates';

/** What a judging thread is started with. */
export interface Task {
  role: typeof ROLE;
  evidence: StageEvidence;
}

/** A piece of a blob that the thread needs. */
export interface ReadRequest {
  type: 'read';
  id: number;
  digest: string;
  start: number;
  end: number;
}

export type FromThread = ReadRequest | { type: 'judged'; gates: JudgedGate[] };

export type ToThread =
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  | { type: 'failed'; id: number; message: string };
