import type Docker from 'dockerode';
import { statusOf } from '../engines/errors';
import { containerName } from './containerName';
import { LABELS } from './labels';

const REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

export type KillReason = (typeof REASONS)[number];

/**
 * Leaves the reason of a kill on the engine, where every replica of the backend sees it and nothing in the
 * container can write: as the label of a volume without content. The first reason stays, since creating a
 * volume that exists changes nothing.
 */
export async function noteKillReason(
  docker: Docker,
  attemptId: string,
  reason: KillReason,
): Promise<void> {
  await docker.createVolume({
    Name: noteName(attemptId),
    Labels: {
      [LABELS.managed]: 'kill',
      [LABELS.attempt]: attemptId,
      [LABELS.reason]: reason,
    },
  });
}

export async function readKillReason(
  docker: Docker,
  attemptId: string,
): Promise<KillReason | undefined> {
  try {
    const { Labels } = await docker.getVolume(noteName(attemptId)).inspect();
    return REASONS.find(reason => reason === Labels?.[LABELS.reason]);
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

export async function removeKillReason(
  docker: Docker,
  attemptId: string,
): Promise<void> {
  try {
    await docker.getVolume(noteName(attemptId)).remove();
  } catch (error) {
    if (statusOf(error) !== 404) {
      throw error;
    }
  }
}

function noteName(attemptId: string): string {
  return `${containerName(attemptId)}-killed`;
}
