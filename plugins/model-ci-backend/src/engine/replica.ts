import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * Names a process among the replicas: where it runs and, there, which process it is. Ids are minted per
 * engine, so none is ever used twice.
 */
const replicaSchema = z.object({
  host: z.string(),
  pid: z.number().int().positive(),
  /** When the process began, by its machine's count; distinguishes it from another one with the same number. */
  began: z.string(),
  id: z.string(),
});

type Replica = z.infer<typeof replicaSchema>;

/** A new id for this process. */
export function mintReplicaId(): string {
  const replica: Replica = {
    host: describeHost(),
    pid: process.pid,
    began: beginOf(process.pid) ?? '',
    // Rows hold at most 255 characters.
    id: randomUUID().slice(0, 8),
  };
  return JSON.stringify(replica);
}

/**
 * Whether a replica is known to be dead: it ran where this process runs, and is not there any more. Of a
 * replica on another machine nothing is known. A wrong answer would do no harm, because whoever takes
 * over an attempt mints a new ticket; it would only cost both some work.
 */
export function isDeadNeighbour(replicaId: string): boolean {
  const replica = parse(replicaId);
  if (!replica || replica.host !== describeHost()) {
    return false;
  }
  if (!isAlive(replica.pid)) {
    return true;
  }
  const began = beginOf(replica.pid);
  return began !== undefined && replica.began !== '' && began !== replica.began;
}

function parse(replicaId: string): Replica | undefined {
  try {
    return replicaSchema.safeParse(JSON.parse(replicaId)).data;
  } catch {
    return undefined;
  }
}

/** Process numbers mean the same only within one namespace, which two containers of a host do not share. */
function describeHost(): string {
  const host = hostname().slice(0, 100);
  try {
    return `${host}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return host;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may also be alive and somebody else's.
    return !(
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ESRCH'
    );
  }
}

/** Start time of a process in ticks since boot, on systems that have /proc. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so count from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
