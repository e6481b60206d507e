import {
  closeSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { HAS_PROC, isAlive, type Identity } from './identity';

/** Environment variable that marks every process of an attempt or service; its value is the id. */
export const MARKER = 'MODEL_CI_ATTEMPT_ID';

export interface Tree {
  /** Absent where none has left its name; then there is nothing but the marker to go by. */
  supervisor?: Identity;
  /** Value of the marker. */
  id: string;
  /** Folder that the tree works in. */
  folder: string;
}

const ROUNDS = 200;

/**
 * Kills everything that an attempt started: its process group, and on Linux also what left the group
 * and the session, found by the marker in its environment or by its working directory. Repeats until
 * nothing is found, since what is about to be killed may fork.
 */
export async function killTree(tree: Tree): Promise<void> {
  if (tree.supervisor && isAlive(tree.supervisor)) {
    signal(-tree.supervisor.pid);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const members = findMembers(tree);
    if (members.length === 0) {
      return;
    }
    members.forEach(signal);
    await delay(Math.min(1 + round, 50));
  }
  throw new Error(
    `Processes of '${tree.id}' keep coming back: ${findMembers(tree).join(
      ', ',
    )}. End them by hand`,
  );
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}

// Reads synchronously: from memory, some microseconds each, and far cheaper than a trip to a thread
function findMembers(tree: Tree): number[] {
  if (!HAS_PROC) {
    return [];
  }
  const marker = Buffer.from(`${MARKER}=${tree.id}\0`);
  return readdirSync('/proc')
    .filter(name => name.charCodeAt(0) <= 57 && Number(name) !== process.pid)
    .filter(pid => isMember(pid, marker, tree.folder))
    .map(Number);
}

function isMember(pid: string, marker: Buffer, folder: string): boolean {
  try {
    const environ = readEnviron(pid);
    if (environ.length === 0) {
      return false; // a kernel thread, or a zombie
    }
    if (environ.includes(marker)) {
      return true;
    }
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === folder || cwd.startsWith(`${folder}/`);
  } catch {
    return false; // ended, or somebody else's
  }
}

// Linux limits arguments and environment of a process to 2 MiB unless its stack is made larger
const environBuffer = Buffer.allocUnsafe(2 * 2 ** 20);

/** Valid until the next call. */
function readEnviron(pid: string): Buffer {
  const file = openSync(`/proc/${pid}/environ`, 'r');
  try {
    const length = readSync(file, environBuffer, 0, environBuffer.length, 0);
    return environBuffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
