import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A collection takes one or two milliseconds, so that this often it costs nothing worth counting. */
const EVERY_BYTES = 16 * 1024 * 1024;

let read = 0;
let collect: (() => void) | undefined;

/**
 * To be called with what was read from the network. That lies outside of V8's heap, and V8 by itself collects it only once
 * there are 64 MiB of garbage: until then each piece takes memory that the system has to find and clear, which costs
 * as much CPU time again as the download. So the young generation is collected as bytes pass.
 */
export function collectRead(bytes: number): void {
  read += bytes;
  if (read >= EVERY_BYTES) {
    read = 0;
    collect ??= findCollector();
    collect();
  }
}

/** V8 gives it to new contexts; the portal's own stays without. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext(
    "typeof gc === 'function' ? gc : undefined",
  );
  return typeof gc === 'function' ? () => gc({ type: 'minor' }) : () => {};
}
