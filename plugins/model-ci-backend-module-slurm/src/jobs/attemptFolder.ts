import { posix } from 'node:path';
import { InputError } from '@backstage/errors';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { FirstFiles } from '../files/AttemptFiles';
import { BATCH_SCRIPT, environmentScript, runScript } from './batchScript';
import { drawPermit, exitProofSchema } from './exitRecord';

/** What whoever submits an attempt again has to know of it. */
export const planSchema = z.object({ proof: exitProofSchema });

/** The files beside a workspace, for an attempt that nobody has submitted. */
export function firstFiles(
  spec: Pick<AttemptSpec, 'script' | 'shell' | 'env' | 'secrets' | 'image'>,
  folder: string,
  containerCommand: readonly string[] | undefined,
): FirstFiles {
  const { permit, proof } = drawPermit();
  return {
    permit,
    plan: `${JSON.stringify({ proof } satisfies z.infer<typeof planSchema>)}\n`,
    job: BATCH_SCRIPT,
    run: runScript([
      ...containerWords(spec.image, folder, containerCommand),
      ...(spec.shell === 'bash'
        ? ['bash', '-e', '-o', 'pipefail']
        : ['sh', '-e']),
      `${folder}/script`,
    ]),
    script: spec.script,
    environment: stageEnvironment({ ...spec.env, ...spec.secrets }, folder),
  };
}

function stageEnvironment(env: Record<string, string>, folder: string): string {
  const invalid = Object.keys(env).find(name => !/^[A-Za-z_]\w*$/.test(name));
  if (invalid !== undefined) {
    throw new InputError(
      `'${invalid}' is not the name of an environment variable`,
    );
  }
  const home = posix.join(folder, 'home');
  const own = {
    HOME: home,
    TMPDIR: posix.join(folder, 'tmp'),
    LANG: 'C.UTF-8',
  };
  return [
    environmentScript(own),
    'export PATH="$HOME/.local/bin:$PATH"\n',
    environmentScript(env),
  ].join('');
}

/** What containers are named by, which no option looks like. */
const IMAGE = /^[A-Za-z0-9/][\w./:@+-]*$/;

function containerWords(
  image: string | undefined,
  folder: string,
  command: readonly string[] | undefined,
): string[] {
  if (image === undefined) {
    return [];
  }
  if (!command) {
    throw new InputError(
      `The stage asks for image '${image}', and this Slurm cluster runs none: remove 'image', or have an administrator set containerCommand under modelCi.executors.slurm (Apptainer, enroot)`,
    );
  }
  if (!IMAGE.test(image)) {
    throw new InputError(`'${image}' is not the name of an image`);
  }
  const values: Record<string, string> = {
    image,
    folder,
    ...Object.fromEntries(
      ['workspace', 'home', 'tmp'].map(name => [name, `${folder}/${name}`]),
    ),
  };
  return command.map(word =>
    word.replace(
      /\{(\w+)\}/g,
      (placeholder, name: string) => values[name] ?? placeholder,
    ),
  );
}
