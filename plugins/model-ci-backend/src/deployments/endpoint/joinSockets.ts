import type { Duplex } from 'node:stream';

/** Passes bytes both ways until one side ends, both are silent for too long, or the signal aborts. */
export function joinSockets(
  a: Duplex,
  b: Duplex,
  options: { silence: number; stopping: AbortSignal },
): Promise<void> {
  return new Promise(resolve => {
    const cut = () => {
      a.destroy();
      b.destroy();
    };
    const limit = setTimeout(cut, options.silence);
    const leave = (other: Duplex) => {
      // Its last bytes, such as a closing frame, are still sent; the limit ends a side that does not take them.
      other.end();
      if (a.destroyed && b.destroyed) {
        clearTimeout(limit);
        options.stopping.removeEventListener('abort', cut);
        resolve();
      }
    };
    options.stopping.addEventListener('abort', cut, { once: true });
    a.on('error', cut);
    b.on('error', cut);
    a.once('close', () => leave(b));
    b.once('close', () => leave(a));
    a.on('data', () => limit.refresh()).pipe(b);
    b.on('data', () => limit.refresh()).pipe(a);
    if (options.stopping.aborted || a.destroyed || b.destroyed) {
      cut();
    }
  });
}
