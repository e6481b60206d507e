import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import {
  type PipelineDefinition,
  datasetVariable,
  parsePipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Where all templates lie, and what they share. */
export const TEMPLATES = resolve(
  require.resolve('../../package.json'),
  '../../../templates',
);

/** What each project has besides the files of its own template. */
const COMMON_SKELETON = join(TEMPLATES, 'common/skeleton');

export function templateFolder(template: string): string {
  return join(TEMPLATES, template);
}

export function templateFile(template: string): string {
  return join(TEMPLATES, `${template}.yaml`);
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/__pycache__|\.pytest_cache/.test(path))
    .sort();
}

/** The paths in a project of the template, in order. */
export function projectFiles(template: string): string[] {
  return [COMMON_SKELETON, join(templateFolder(template), 'skeleton')]
    .flatMap(folder =>
      filesBelow(folder).map(path =>
        relative(folder, path).replace(/\.njk$/, ''),
      ),
    )
    .sort();
}

/** The project that a template writes, on this machine and without a portal. */
export class TemplateProject {
  private readonly skeleton: string;
  private readonly folders: string[] = [];

  constructor(template: string) {
    this.skeleton = join(templateFolder(template), 'skeleton');
  }

  /** Its pipeline, for a project with this name, packaged as an image or not. */
  definition(
    name = 'berlin-flats',
    { isImage = false } = {},
  ): PipelineDefinition {
    const file = 'model-pipeline.yaml';
    const text = readFileSync(join(this.skeleton, `${file}.njk`), 'utf8')
      .replaceAll('${{ values.name }}', name)
      .replace(/\{%- if values\.ci == 'portal' %\}([^]*?)\{%- endif %\}/g, '$1')
      .replace(
        /\{%-? if values\.image %\}([^]*?)(?:\{%-? else %\}([^]*?))?\{%-? endif %\}/g,
        (_, image: string, source = '') => (isImage ? image : String(source)),
      );
    const result = parsePipelineDefinition(text, { file });
    if ('errors' in result) {
      throw new Error(JSON.stringify(result.errors));
    }
    return result.definition;
  }

  copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'model-project-'));
    this.folders.push(folder);
    for (const skeleton of [COMMON_SKELETON, this.skeleton]) {
      cpSync(skeleton, folder, {
        recursive: true,
        filter: path => !/__pycache__|\.pytest_cache/.test(path),
      });
    }
    return folder;
  }

  /** Runs a stage as the process executor does, in a copy. */
  runStage(
    folder: string,
    name: string,
    rewrite = (script: string) => script,
  ): { code: number; output: string } {
    const { stages, datasets } = this.definition();
    const { script, env } = stages[name];
    const datasetEnv = Object.fromEntries(
      Object.entries(datasets).map(([dataset, { uri }]) => [
        datasetVariable(dataset),
        join(folder, uri),
      ]),
    );
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-e', '-c', rewrite(script)],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: folder, ...env, ...datasetEnv },
      },
    );
    return { code: status ?? -1, output: `${stdout}${stderr}` };
  }

  remove(): void {
    for (const folder of this.folders) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Without the folder of installed packages there is no pytest. */
export function withoutPackages(script: string): string {
  return script.replace('python3', 'python3 -S');
}

/** `describe` where there is Python; a skip said aloud where there is none and nobody demands it. */
export function describeWithPython(): jest.Describe {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return describe;
  } catch (error) {
    if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
      throw error;
    }
    process.stderr.write(
      `The project's stages were not run: there is no python3 on this machine\n`,
    );
    return describe.skip;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port ?? 0 : 0;
}

export async function untilHealthy(
  url: string,
  service: ChildProcess,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (service.exitCode === null && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) {
      return;
    }
  }
  throw new Error(`${url} did not become healthy`);
}
