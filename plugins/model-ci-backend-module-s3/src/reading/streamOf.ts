import { Readable } from 'node:stream';

/** A stream of what a generator yields. Whoever destroys it aborts what the generator waits for. */
export function streamOf(
  pieces: AsyncGenerator<Buffer, void>,
  reading: AbortController,
): Readable {
  return new Readable({
    // One piece is ready beside the one that is passed on
    highWaterMark: 1,
    read() {
      pieces.next().then(
        ({ value, done }) => this.push(done ? null : value),
        error => this.destroy(error),
      );
    },
    destroy(error, done) {
      reading.abort();
      pieces.return().then(
        () => done(error),
        () => done(error),
      );
    },
  });
}
