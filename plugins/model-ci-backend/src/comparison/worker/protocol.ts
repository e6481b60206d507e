import type {
  DifferenceRequest,
  ExamplePage,
  PageRequest,
  PairedDifference,
} from '../types';

/** What makes a thread one of this room. */
export const ROLE = 'model-ci-comparison';

/** A piece of a blob that the thread needs. */
export interface ReadRequest {
  type: 'read';
  id: number;
  digest: string;
  start: number;
  end: number;
}

export type Question =
  | { type: 'page'; request: PageRequest }
  | { type: 'difference'; request: DifferenceRequest };

export type Result =
  | { type: 'page'; page: ExamplePage }
  | { type: 'difference'; difference: PairedDifference };

export type FromThread =
  | ReadRequest
  | { type: 'answer'; id: number; result: Result }
  | { type: 'failed'; id: number; message: string };

export type ToThread =
  | { type: 'ask'; id: number; question: Question }
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  | { type: 'unread'; id: number; message: string };
