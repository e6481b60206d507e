import { constants } from 'node:fs';
import { lstat } from 'node:fs/promises';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  openFile,
  readText,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { currentBoot, type Identity } from '../processes/identity';
import type { Started } from '../processes/startSupervisor';
import { parseExitRecord } from './exitRecord';
import type { Folder } from './folder';

const REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

export type KillReason = (typeof REASONS)[number];

/** How an attempt ended whose supervisor is gone. */
export async function settle(
  folder: Folder,
  { supervisor, proof }: Pick<Started, 'supervisor' | 'proof'>,
  maxLogBytes: number,
): Promise<Outcome> {
  const [status, killed, logTooLong] = await Promise.all([
    readText(folder.status),
    readKillReason(folder),
    cutLog(folder.log, maxLogBytes),
  ]);
  const exitCode = parseExitRecord(status, proof);
  if (exitCode !== undefined) {
    // It may have ended between two looks at its log
    if (logTooLong) {
      return { type: 'killed', reason: 'log-limit' };
    }
    // Where a kill reached the script first, the supervisor may have had time to note it down
    return killed && exitCode === 128 + 9
      ? { type: 'killed', reason: killed }
      : { type: 'exited', exitCode };
  }
  return killed
    ? { type: 'killed', reason: killed }
    : { type: 'lost', reason: await whyLost(folder, supervisor) };
}

async function readKillReason(folder: Folder): Promise<KillReason | undefined> {
  const killed = await readText(folder.killed);
  return REASONS.find(known => known === killed?.split('\n')[0]);
}

/** Notes why an attempt is killed, before it is. The first reason stays. */
export async function noteKillReason(
  folder: Folder,
  why: KillReason,
): Promise<void> {
  const file = await openFile(folder.killed, constants.O_RDWR);
  if (!file) {
    return;
  }
  try {
    const first = await file.read(Buffer.alloc(1), 0, 1, 0);
    if (first.buffer.toString() === ' ') {
      await file.write(`${why}\n`, 0);
    }
  } finally {
    await file.close();
  }
}

export async function whyLost(
  folder: Folder,
  supervisor: Identity,
): Promise<Reason> {
  if (supervisor.boot !== currentBoot()) {
    return reason('process.lostMachine');
  }
  const root = await lstat(folder.root).catch(() => undefined);
  return root
    ? reason('process.lostProcesses')
    : reason('process.lostFolder', { folder: folder.root });
}

async function cutLog(path: string, maxBytes: number): Promise<boolean> {
  const file = await openFile(path, constants.O_RDWR);
  if (!file) {
    return false;
  }
  try {
    const { size } = await file.stat();
    if (size <= maxBytes) {
      return false;
    }
    await file.truncate(maxBytes);
    return true;
  } finally {
    await file.close();
  }
}
