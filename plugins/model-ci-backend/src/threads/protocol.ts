/** A piece of a blob that a thread needs. */
export interface ReadRequest {
  type: 'read';
  id: number;
  digest: string;
  start: number;
  end: number;
}

export type FromThread =
  | ReadRequest
  | { type: 'answered'; answer: unknown }
  | { type: 'failed'; message: string };

export type ToThread =
  | { type: 'ask'; name: string; input: unknown }
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  | { type: 'unread'; id: number; message: string };

/** What a thread can be asked, by its names. Inputs and answers are plain data. */
export type Calls<T> = { [K in keyof T]: (input: never) => Promise<unknown> };
