/** A response, a request or a socket. */
export interface Closable {
  /** Whether it has emitted `close`. */
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Calls a listener when a stream has closed, also where it has closed already: a client may go while permissions are
 * checked, and `close` is emitted once.
 */
export function onceClosed(stream: Closable, listener: () => void): void {
  if (stream.closed) {
    listener();
  } else {
    stream.once('close', listener);
  }
}
