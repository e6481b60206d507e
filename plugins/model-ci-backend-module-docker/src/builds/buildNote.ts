import type Docker from 'dockerode';
import { containerName } from '../containers/containerName';
import { LABELS } from '../containers/labels';
import { statusOf } from '../engines/errors';
import { resultSchema, type BuildResult } from './types';

/**
 * Leaves on the engine what a build came to, as the label of a volume without content: nothing that is built can write
 * there. The first result stays, since creating a volume that exists changes nothing; answers that one.
 */
export async function noteResult(
  docker: Docker,
  attemptId: string,
  result: BuildResult,
): Promise<BuildResult> {
  await docker.createVolume({
    Name: noteName(attemptId),
    Labels: {
      [LABELS.managed]: 'built',
      [LABELS.attempt]: attemptId,
      [LABELS.result]: JSON.stringify(result),
    },
  });
  return (await readResult(docker, attemptId)) ?? result;
}

export async function readResult(
  docker: Docker,
  attemptId: string,
): Promise<BuildResult | undefined> {
  try {
    const { Labels } = await docker.getVolume(noteName(attemptId)).inspect();
    return resultSchema.parse(JSON.parse(Labels?.[LABELS.result] ?? ''));
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

export async function removeResult(
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
  return `${containerName(attemptId)}-built`;
}
