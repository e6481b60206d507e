import { text } from 'node:stream/consumers';
import { serveThread } from '../serveThread';

/** This file, which is also where a thread begins. */
export const THREAD_FILE = __filename;
export const ROLE = 'model-ci-test';

/** A thread to test with. */
export interface TestCalls {
  read(digest: string): Promise<string>;
  /** How often the thread has been asked this. */
  count(): Promise<number>;
  reject(message: string): Promise<never>;
  /** Ends the thread as a crash does, each time or unless the store has the digest. */
  crash(unless?: string): Promise<string>;
  spin(): Promise<never>;
  /** Keeps so many numbers, each of 8 bytes or more. */
  fill(count: number): Promise<number>;
}

serveThread<TestCalls>(ROLE, store => {
  const read = async (digest: string) => await text(await store.open(digest));
  let counted = 0;
  return {
    read,
    async count() {
      counted += 1;
      return counted;
    },
    async reject(message) {
      throw new Error(message);
    },
    async crash(unless) {
      const saved = unless && (await read(unless));
      return saved || process.exit(7);
    },
    async spin() {
      for (;;);
    },
    async fill(count) {
      const kept: number[][] = [];
      while (kept.length * 1000 < count) {
        kept.push(Array.from({ length: 1000 }, (_, i) => i / 3));
      }
      return kept.length;
    },
  };
});
