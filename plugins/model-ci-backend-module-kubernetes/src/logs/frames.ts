/** What comes of a log: its bytes, or a word. */
export type Frame = Buffer | 'ended' | 'over' | 'more' | { cutAt: number };

const WORDS = ['ended', 'over', 'more'] as const;
const MAX_LINE = 64;

/**
 * Reads what `READ_LOG` writes: lines `data BYTES`, each followed by so many bytes, and words. A connection may lose what
 * was written last without a sign; then the word that ends it is missing.
 */
export class Frames {
  private held: Buffer = Buffer.alloc(0);
  private left = 0;

  *push(chunk: Buffer): Generator<Frame, void> {
    this.held =
      this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    while (this.held.length > 0) {
      if (this.left > 0) {
        const data = this.held.subarray(0, this.left);
        this.held = this.held.subarray(data.length);
        this.left -= data.length;
        yield data;
        continue;
      }
      const end = this.held.indexOf('\n');
      if (end < 0 && this.held.length <= MAX_LINE) {
        return;
      }
      const line = this.held.subarray(0, Math.max(0, end)).toString('latin1');
      this.held = this.held.subarray(end + 1);
      const [, bytes] = /^data (\d+)$/.exec(line) ?? [];
      const [, cutAt] = /^cut (\d+)$/.exec(line) ?? [];
      const word = WORDS.find(known => known === line);
      if (bytes !== undefined) {
        this.left = Number(bytes);
      } else if (cutAt !== undefined) {
        yield { cutAt: Number(cutAt) };
      } else if (word) {
        yield word;
      } else if (line !== 'alive') {
        throw new Error(`The sidecar's answer is not understood: ${line}`);
      }
    }
  }
}
