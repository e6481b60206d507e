import { InputError } from '@backstage/errors';
import { credentialsFor } from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { isPushed } from '../builds/pushedImages';
import type { DockerEngine } from '../engines/DockerEngine';
import { pullFailure } from './pullFailure';
import { withTag } from './withTag';

/** Whether an engine may be asked for an image that it lacks: what stages have built and pushed is the portal's to provide. */
export function mayPull(
  { pull, registries }: DockerEngine['config'],
  image: string,
): boolean {
  return pull === 'missing' || isPushed(image, registries);
}

/** Pulls an image that an engine lacks, if it may, with the credentials for its registry. */
export async function provideImage(
  engine: DockerEngine,
  docker: Docker,
  { image, onPull }: { image: string; onPull(): void },
  missing?: unknown,
): Promise<void> {
  const { name } = engine.config;
  if (image.startsWith('sha256:')) {
    throw new InputError(
      `Image '${image}', which an earlier stage has built, is not on docker engine '${name}' any more: run that stage again`,
      missing,
    );
  }
  if (!mayPull(engine.config, image)) {
    throw new InputError(
      `Image '${image}' is not on docker engine '${name}': run 'docker pull ${image}' or 'docker load' there, or set 'pull: missing' for this engine`,
      missing,
    );
  }
  onPull();
  try {
    await pullImage(engine, docker, image);
  } catch (error) {
    throw pullFailure(image, name, error);
  }
}

async function pullImage(
  engine: DockerEngine,
  docker: Docker,
  image: string,
): Promise<void> {
  const credentials = credentialsFor(image, engine.config.registries);
  const progress = await docker.pull(
    withTag(image),
    credentials ? { authconfig: credentials } : {},
  );
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, error =>
      error ? reject(error) : resolve(),
    );
  });
}
