import { InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { demandOwn } from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { z } from 'zod';
import { mayPull, provideImage } from '../containers/provideImage';
import { withTag } from '../containers/withTag';
import type { DockerEngine } from '../engines/DockerEngine';
import { statusOf } from '../engines/errors';
import { BuildFailed } from './BuildFailed';
import {
  baseImages,
  demandNoFetch,
  demandPlain,
  parseDockerfile,
  type Instruction,
} from './dockerfile';

const imageSchema = z.object({
  Config: z.object({ OnBuild: z.array(z.string()).nullish() }).nullish(),
});

/**
 * Has the images on the engine that a build starts from, by the rules of that engine and with the credentials of its
 * registries: the builder itself would pull whatever is missing.
 */
export async function provideBases(
  engine: DockerEngine,
  instructions: Instruction[],
  options: {
    args: Record<string, string>;
    pipelineRef: string;
    dockerfile: string;
    write(text: string): Promise<void>;
  },
): Promise<void> {
  const { args, dockerfile } = options;
  for (const { line, image } of baseImages(instructions, args)) {
    if (image === undefined) {
      throw new BuildFailed(
        reason('image.baseUnknown', { file: dockerfile, line }),
      );
    }
    demandBase(image, options.pipelineRef, engine);
    await engine.call(async docker => {
      const inspected =
        (await inspect(docker, image)) ??
        (await pullAndInspect(engine, docker, image, options.write));
      const { Config } = imageSchema.parse(inspected);
      const triggers = (Config?.OnBuild ?? []).flatMap(parseDockerfile);
      demandPlain(triggers, `ONBUILD of '${image}'`);
      for (const { image: from = '' } of baseImages(triggers, {})) {
        demandBase(from, options.pipelineRef, engine);
      }
      demandNoFetch(
        triggers.map(({ name, text }) => ({ name, text })),
        `The image '${image}' that ${dockerfile} starts from`,
      );
    });
  }
}

/** The builder itself looks names up, and takes one for the beginning of an id. */
function demandBase(
  image: string,
  pipelineRef: string,
  { config }: DockerEngine,
): void {
  demandOwn(image, pipelineRef, config.registries);
  if (/^[0-9a-f]+$/.test(image)) {
    throw new InputError(
      `Image '${image}' could be the beginning of an id: write '${image}:latest'`,
    );
  }
}

async function inspect(
  docker: Docker,
  image: string,
): Promise<unknown | undefined> {
  try {
    return await docker.getImage(withTag(image)).inspect();
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

async function pullAndInspect(
  engine: DockerEngine,
  docker: Docker,
  image: string,
  write: (text: string) => Promise<void>,
): Promise<unknown> {
  if (mayPull(engine.config, image)) {
    await write(`Pulling ${image}\n`);
  }
  await provideImage(engine, docker, { image, onPull: () => {} });
  return await docker.getImage(withTag(image)).inspect();
}
