/** What the launcher starts ends with it, however it ends. */
import { spawn } from 'node:child_process';
import { onParentGone } from './endWithParent.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// More than what one that is asked politely gives itself
const PATIENCE_MS = 20_000;

const children = new Set();
let ending = false;

/** Whether what was started is being ended, so that its failure is none. */
export const isEnding = () => ending;

/** Starts a process; `detached` gives it a group of its own, which is ended as a whole. */
export function startChild(file, args, options = {}) {
  const child = spawn(file, args, options);
  const entry = { child, group: options.detached === true };
  children.add(entry);
  const forget = () => children.delete(entry);
  child.once('error', forget);
  child.once('exit', forget);
  return child;
}

/** Asks everything that was started to end, kills what does not, and waits for that. */
export async function endChildren() {
  ending = true;
  const ended = [...children].map(
    entry => new Promise(resolve => entry.child.once('exit', resolve)),
  );
  signalAll('SIGTERM');
  const timer = setTimeout(() => signalAll('SIGKILL'), PATIENCE_MS);
  await Promise.all(ended);
  clearTimeout(timer);
}

/** Calls `end` once, at the first signal to end or when the process above is gone. */
export function onEnd(end) {
  const endOnce = () => {
    if (!ending) {
      ending = true;
      end();
    }
  };
  SIGNALS.forEach(signal => process.on(signal, endOnce));
  onParentGone(endOnce);
}

function signalAll(signal) {
  for (const { child, group } of children) {
    try {
      process.kill(group ? -child.pid : child.pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
