/**
 * Lets a process know that the one that started it is gone. Signals do not always say so: SIGKILL cannot be passed on, and
 * npm passes on two of the others.
 *
 * `node --import` of this file, with MODEL_CI_ENDS_WITH_PARENT set, ends the process then.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_MS = 500;
// Backstage takes some seconds to end what is under way
const PATIENCE_MS = 15_000;

/** Calls `act` once, when one of the processes that this one was started for is gone. */
export function onParentGone(act) {
  const [parent, ...above] = processesAbove();
  const timer = setInterval(() => {
    if (process.ppid !== parent || !above.every(isAlive)) {
      clearInterval(timer);
      act();
    }
  }, LOOK_MS);
  timer.unref();
}

/** The parent; where it is the shell in which npm runs a script, npm as well. */
function processesAbove() {
  const parent = process.ppid;
  const { name, ppid } = lookUp(parent);
  const isShellOfNpm =
    process.env.npm_lifecycle_event && /^-?(ba|da|z|k|a)?sh$/.test(name);
  return isShellOfNpm && ppid > 1 ? [parent, ppid] : [parent];
}

function lookUp(pid) {
  try {
    // The name is in parentheses and may hold anything
    const [, name, ppid] = /\((.*)\) \S (\d+)/s.exec(
      readFileSync(`/proc/${pid}/stat`, 'utf8'),
    );
    return { name, ppid: Number(ppid) };
  } catch {
    return lookUpWithPs(pid);
  }
}

function lookUpWithPs(pid) {
  try {
    const [, ppid, name] = /(\d+)\s+(?:.*\/)?(.*\S)/.exec(
      execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    return { name, ppid: Number(ppid) };
  } catch {
    return { name: '', ppid: 0 };
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.env.MODEL_CI_ENDS_WITH_PARENT) {
  // Not for what this process starts in turn
  delete process.env.MODEL_CI_ENDS_WITH_PARENT;
  onParentGone(() => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  });
}
