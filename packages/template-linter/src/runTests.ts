import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import {
  datasetVariable,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Of what the stages said, the end that says why they failed. */
const TAIL = 3000;

/**
 * Runs the stage `test` of a project and those that it needs, one after the other in one folder, as somebody at home would.
 *
 * @returns what went wrong, or undefined
 */
export async function runTests(
  files: Map<string, Buffer>,
  definition: PipelineDefinition,
): Promise<string | undefined> {
  if (!definition.stages.test) {
    return 'there is no stage test';
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'template-linter-'));
  try {
    await Promise.all(
      [...files].map(async ([name, content]) => {
        const file = path.join(folder, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, content);
      }),
    );
    for (const name of inOrder(definition, 'test')) {
      const problem = await runStage(folder, definition, name);
      if (problem) return problem;
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The stage after all that it needs. */
function inOrder({ stages }: PipelineDefinition, name: string): string[] {
  const before = stages[name].needs.flatMap(need =>
    inOrder({ stages } as PipelineDefinition, need),
  );
  return [...new Set([...before, name])];
}

async function runStage(
  folder: string,
  { stages, datasets }: PipelineDefinition,
  name: string,
): Promise<string | undefined> {
  const { script, env } = stages[name];
  const places = Object.entries(datasets).map(([dataset, { uri }]) => [
    datasetVariable(dataset),
    path.join(folder, uri),
  ]);
  const child = spawn('sh', ['-e', '-c', script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: homedir(),
      ...env,
      ...Object.fromEntries(places),
    },
  });
  let said = '';
  const hear = (data: Buffer) => {
    said = `${said}${data}`.slice(-TAIL);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = await once(child, 'close');
  return code === 0
    ? undefined
    : `stage ${name} ends with ${code}:\n${said.trimEnd()}`;
}
