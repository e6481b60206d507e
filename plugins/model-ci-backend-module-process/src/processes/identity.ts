import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * What distinguishes a process from a later one that was given the same id. Process ids are reused, so
 * nothing is ever signalled by its id alone.
 */
export interface Identity {
  pid: number;
  /** Identifies the boot of the machine. */
  boot: string;
  /** When it started, in a unit of the system's own. */
  start: string;
}

export const HAS_PROC = existsSync('/proc/self/environ');

let boot: string | undefined;

/** This boot of the machine. */
export function currentBoot(): string {
  boot ??= HAS_PROC
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : execFileSync('sysctl', ['-n', 'kern.boottime']).toString().trim();
  return boot;
}

/** The identity of a running process; undefined if there is none, or only what its parent has not fetched yet. */
export function identify(pid: number): Identity | undefined {
  try {
    if (HAS_PROC) {
      const start = startOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      return start ? { pid, boot: currentBoot(), start } : undefined;
    }
    const ps = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const [, state, start] =
      /^\s*(\S+)\s+(.*\S)/.exec(execFileSync('ps', ps).toString()) ?? [];
    return state && !state.startsWith('Z')
      ? { pid, boot: currentBoot(), start }
      : undefined;
  } catch {
    return undefined; // no such process
  }
}

let own: Identity | undefined;

/** The identity of this process. */
export function identifySelf(): Identity | undefined {
  own ??= identify(process.pid);
  return own;
}

/** Whether this very process still runs. */
export function isAlive(identity: Identity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch {
    return false;
  }
  const now = identify(identity.pid);
  return now?.start === identity.start && now.boot === identity.boot;
}

/** What a supervisor wrote about itself: id, boot, and its line of `/proc` or its time of start. */
export function parseClaim(text: string): Identity | undefined {
  const [pid, bootId, start] = text.split('\n');
  if (!/^\d+$/.test(pid) || !bootId || !start || !text.endsWith('\n')) {
    return undefined;
  }
  const ticks = HAS_PROC ? startOf(start) : start.trim();
  return ticks ? { pid: Number(pid), boot: bootId, start: ticks } : undefined;
}

/** Field 22 of `/proc/<pid>/stat`. The second one is a name in parentheses that may hold anything. */
function startOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
