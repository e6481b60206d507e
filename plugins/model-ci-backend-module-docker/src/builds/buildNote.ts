import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type Docker from 'dockerode';
import { readNote, writeNote } from '../containers/notes';
import { isNoSuchContainer } from '../engines/errors';
import { resultSchema, type BuildResult } from './types';

/** Notes what a build came to; answers what was noted first. */
export async function noteResult(
  docker: Docker,
  attemptId: string,
  result: BuildResult,
): Promise<BuildResult> {
  await writeNote(docker, attemptId, 'built', JSON.stringify(result));
  return (await readResult(docker, attemptId)) ?? result;
}

export async function readResult(
  docker: Docker,
  attemptId: string,
): Promise<BuildResult | undefined> {
  const noted = await readNote(docker, attemptId, 'built');
  return noted === undefined
    ? undefined
    : resultSchema.parse(JSON.parse(noted));
}

/**
 * That a build has ended without a result. One is noted before the end, so that something else has ended it: the engine,
 * or whoever keeps it. Undefined while it goes on, and where it was removed.
 */
export async function readInterruption(
  docker: Docker,
  { containerId, node }: { containerId: string; node: string },
): Promise<BuildResult | undefined> {
  try {
    const { State } = await docker.getContainer(containerId).inspect();
    const { Running, ExitCode: exitCode } = State;
    return Running
      ? undefined
      : {
          type: 'errored',
          reason: reason('image.interrupted', { exitCode, node }),
        };
  } catch (error) {
    if (isNoSuchContainer(error)) {
      return undefined;
    }
    throw error;
  }
}
