import { setImmediate } from 'node:timers/promises';

/** Rows that are worked on before others get their turn: a few milliseconds. */
export const ROWS_AT_ONCE = 20_000;
/** Texts that are sorted before others get their turn: a few milliseconds, too. */
export const SORTED_AT_ONCE = 8192;

/** Gives the event loop to others between pieces of long work. */
export async function breathe(): Promise<void> {
  await setImmediate();
}
