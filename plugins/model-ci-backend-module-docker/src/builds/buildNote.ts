import type Docker from 'dockerode';
import { readNote, writeNote } from '../containers/notes';
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
