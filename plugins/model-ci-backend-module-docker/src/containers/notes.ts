import type Docker from 'dockerode';
import { statusOf } from '../engines/errors';
import { containerName } from './containerName';
import { LABELS } from './labels';

/** What is noted of an attempt, and the label that has it. */
const KINDS = {
  /** Why it was killed. */
  killed: { kind: 'kill', label: LABELS.reason },
  /** What a build came to. */
  built: { kind: 'built', label: LABELS.result },
} as const;

export type NoteKind = keyof typeof KINDS;

/**
 * Leaves a note of an attempt on the engine, where every replica of the backend sees it and nothing that runs or is built
 * can write: as the label of a volume without content. The first note stays, since creating a volume that exists
 * changes nothing.
 */
export async function writeNote(
  docker: Docker,
  attemptId: string,
  note: NoteKind,
  text: string,
): Promise<void> {
  const { kind, label } = KINDS[note];
  await docker.createVolume({
    Name: noteName(attemptId, note),
    Labels: {
      [LABELS.managed]: kind,
      [LABELS.attempt]: attemptId,
      [label]: text,
    },
  });
}

export async function readNote(
  docker: Docker,
  attemptId: string,
  note: NoteKind,
): Promise<string | undefined> {
  try {
    const volume = docker.getVolume(noteName(attemptId, note));
    const { Labels } = await volume.inspect();
    return Labels?.[KINDS[note].label] ?? '';
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Removes all that is noted of an attempt. Harmless if there is nothing. */
export async function removeNotes(
  docker: Docker,
  attemptId: string,
): Promise<void> {
  for (const note of ['killed', 'built'] as const) {
    try {
      await docker.getVolume(noteName(attemptId, note)).remove();
    } catch (error) {
      if (statusOf(error) !== 404) {
        throw error;
      }
    }
  }
}

function noteName(attemptId: string, note: NoteKind): string {
  return `${containerName(attemptId)}-${note}`;
}
