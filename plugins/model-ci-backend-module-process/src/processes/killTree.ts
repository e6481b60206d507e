import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  isControlGroupOf,
  killControlGroup,
  removeControlGroup,
} from './controlGroup';
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
  /** Path of its control group, where it has one. */
  controlGroup?: string;
}

const ROUNDS = 200;

/**
 * Kills everything that an attempt started: its control group, its process group, and on Linux also what left
 * both and the session, found as a descendant of the supervisor while there is one, by the marker in its
 * environment, or by its working directory. Repeats until nothing is found, since what is about to be killed may fork.
 */
export async function killTree(tree: Tree): Promise<void> {
  const { supervisor } = tree;
  const controlGroup =
    tree.controlGroup && isControlGroupOf(tree.id, tree.controlGroup)
      ? tree.controlGroup
      : undefined;
  if (supervisor && isAlive(supervisor)) {
    const descendants = haltDescendants(supervisor.pid);
    signal(-supervisor.pid, 'SIGKILL');
    descendants.forEach(pid => signal(pid, 'SIGKILL'));
  }
  for (let round = 0; round < ROUNDS; round++) {
    const mayBeLeft = controlGroup ? killControlGroup(controlGroup) : false;
    const members = findMembers(tree);
    if (members.length === 0 && !mayBeLeft) {
      if (controlGroup) {
        removeControlGroup(controlGroup);
      }
      return;
    }
    members.forEach(pid => signal(pid, 'SIGKILL'));
    await delay(Math.min(1 + round, 50));
  }
  throw new Error(
    `Processes of '${tree.id}' keep coming back: ${findMembers(tree).join(
      ', ',
    )}. End them by hand`,
  );
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended meanwhile
  }
}

/** Stops them before they are killed, so that none forks meanwhile and leaves a child without a parent. */
function haltDescendants(root: number): Set<number> {
  const halted = new Set<number>();
  signal(-root, 'SIGSTOP');
  for (let round = 0; round < ROUNDS; round++) {
    const running = findDescendants(root).filter(pid => !halted.has(pid));
    if (running.length === 0) {
      break;
    }
    for (const pid of running) {
      signal(pid, 'SIGSTOP');
      halted.add(pid);
    }
  }
  return halted;
}

/** Those whose parents have not ended, so that they can be followed up to the supervisor. */
function findDescendants(root: number): number[] {
  if (!HAS_PROC) {
    return [];
  }
  const children = new Map<number, number[]>();
  for (const pid of processIds()) {
    const parent = parentOf(pid);
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const found = [...(children.get(root) ?? [])];
  for (const pid of found) {
    found.push(...(children.get(pid) ?? []));
  }
  return found;
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0; // it ended meanwhile
  }
}

function processIds(): string[] {
  return readdirSync('/proc').filter(name => name.charCodeAt(0) <= 57);
}

// Reads synchronously: from memory, some microseconds each, and far cheaper than a trip to a thread
function findMembers(tree: Tree): number[] {
  if (!HAS_PROC) {
    return [];
  }
  const marker = Buffer.from(`${MARKER}=${tree.id}\0`);
  return processIds()
    .filter(pid => Number(pid) !== process.pid)
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
