/** Options of every call. */
export interface RequestOptions {
  /** Ends the call; it then rejects with an AbortError. */
  signal?: AbortSignal;
  /** Bearer token for callers whose `fetchApi` does not add one, such as backends. */
  token?: string;
}
