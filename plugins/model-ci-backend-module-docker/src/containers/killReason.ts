import type Docker from 'dockerode';
import { readNote, writeNote } from './notes';

const REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

export type KillReason = (typeof REASONS)[number];

export async function noteKillReason(
  docker: Docker,
  attemptId: string,
  reason: KillReason,
): Promise<void> {
  await writeNote(docker, attemptId, 'killed', reason);
}

export async function readKillReason(
  docker: Docker,
  attemptId: string,
): Promise<KillReason | undefined> {
  const noted = await readNote(docker, attemptId, 'killed');
  return REASONS.find(reason => reason === noted);
}
