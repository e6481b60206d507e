import { stat, truncate } from 'node:fs/promises';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import { currentBoot, type Identity } from '../processes/identity';
import { isMissing, readText, type Folder } from './folder';

const REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

/** How an attempt ended whose supervisor is gone. */
export async function settle(
  folder: Folder,
  supervisor: Identity,
  maxLogBytes: number,
): Promise<Outcome> {
  const [status, killed, logTooLong] = await Promise.all([
    readText(folder.status),
    readText(folder.killed),
    cutLog(folder.log, maxLogBytes),
  ]);
  const reason = REASONS.find(known => known === killed?.trim());
  const exitCode = parseStatus(status);
  if (exitCode !== undefined) {
    // It may have ended between two looks at its log
    if (logTooLong) {
      return { type: 'killed', reason: 'log-limit' };
    }
    // Where a kill reached the script first, the supervisor may have had time to note it down
    return reason && exitCode === 128 + 9
      ? { type: 'killed', reason }
      : { type: 'exited', exitCode };
  }
  return reason
    ? { type: 'killed', reason }
    : { type: 'lost', reason: await whyLost(folder, supervisor) };
}

export function parseStatus(status: string | undefined): number | undefined {
  const match = /^exited (\d+)\n$/.exec(status ?? '');
  return match ? Number(match[1]) : undefined;
}

export async function whyLost(
  folder: Folder,
  supervisor: Identity,
): Promise<string> {
  if (supervisor.boot !== currentBoot()) {
    return 'The machine was restarted';
  }
  const root = await stat(folder.root).catch(() => undefined);
  return root
    ? 'Its processes were killed from outside, or the disk was too full to note its end'
    : `Its folder ${folder.root} was removed`;
}

async function cutLog(path: string, maxBytes: number): Promise<boolean> {
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) {
      return false;
    }
    await truncate(path, maxBytes);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
