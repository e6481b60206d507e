import { posix } from 'node:path';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  credentialsOf,
  repositoryOf,
} from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import type { DockerEngine } from '../engines/DockerEngine';
import { messageOf, statusOf } from '../engines/errors';
import { BuildFailed } from './BuildFailed';
import { BuildSteps } from './BuildSteps';
import { contextArchive, readText } from './contextArchive';
import {
  demandNoFetch,
  demandPlain,
  formatDockerfile,
  parseDockerfile,
  type Instruction,
} from './dockerfile';
import { parseDockerIgnore } from './dockerIgnore';
import { readEvents, textOf, type EngineEvent } from './events';
import { cacheOf } from './imageNames';
import { blameOf } from './judgeFailure';
import { namedNetworkMode } from '../networks/Sandboxes';
import { provideBases } from './provideBases';
import type { Build } from './types';

const PERIOD_US = 100_000;
/** Images whose layers a build is compared with; older ones have others anyway. */
const MAX_SOURCES = 20;
/** Longer messages add nothing, and are in the log. */
const MAX_SHOWN = 500;

export interface BuildOptions {
  engine: DockerEngine;
  /** Container that has the workspace. */
  containerId: string;
  attemptId: string;
  networkMode: string;
  build: Build;
  /** The last step that the log shows already; what is before it is not said again. */
  step: number;
  write(text: string): Promise<void>;
  signal: AbortSignal;
}

/** Builds an image; answers its digest on the engine. Throws `BuildFailed` where the stage is to blame. */
export async function buildImage(options: BuildOptions): Promise<string> {
  const { engine, containerId, build, write } = options;
  const context = build.context === '.' ? '' : build.context;
  const read = async (path: string) =>
    await readText(engine, containerId, posix.join(context, path));
  const text = await read(build.dockerfile);
  if (text === undefined) {
    const file = posix.join(context, build.dockerfile);
    throw new BuildFailed(reason('image.noDockerfile', { file }));
  }
  const instructions = parseDockerfile(text);
  demandPlain(instructions, build.dockerfile);
  demandNoFetch(instructions, build.dockerfile);
  await provideBases(engine, instructions, { ...build, write });
  const archive = await contextArchive(engine, containerId, {
    context,
    replaced: new Map([
      [build.dockerfile, Buffer.from(formatDockerfile(instructions))],
    ]),
    isIgnored: parseDockerIgnore((await read('.dockerignore')) ?? ''),
    maxBytes: engine.config.maxContextBytes,
  });
  const broken = new AbortController();
  // A request does not end by itself where what it sends breaks off
  archive.once('error', error => broken.abort(error));
  const signal = AbortSignal.any([options.signal, broken.signal]);
  try {
    const answer = await start({ ...options, signal }, archive, instructions);
    return await follow({ ...options, signal }, answer, instructions);
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    archive.destroy();
  }
}

async function start(
  options: BuildOptions,
  archive: NodeJS.ReadableStream,
  instructions: Instruction[],
): Promise<NodeJS.ReadableStream> {
  const { engine, build, signal } = options;
  try {
    const query = await queryOf(options);
    return await engine.raw(docker =>
      docker.buildImage(archive, { ...query, abortSignal: signal }),
    );
  } catch (error) {
    if (statusOf(error) !== 400) {
      throw error;
    }
    const text = messageOf(error).trim().slice(0, MAX_SHOWN);
    // Of the Dockerfile as it was sent: one line for each instruction
    const sent = Number(/parse error (?:on )?line (\d+)/i.exec(text)?.[1]);
    const instruction = instructions[sent - 1];
    throw new BuildFailed(
      instruction
        ? reason('image.dockerfileInvalid', {
            file: posix.join(build.context, build.dockerfile),
            line: instruction.line,
            instruction: shownOf(instruction),
            error: text,
          })
        : reason('image.refused', { error: text }),
    );
  }
}

/** Everything that a Dockerfile could use to reach beyond itself is off, or bounded. */
async function queryOf(
  options: BuildOptions,
): Promise<Docker.ImageBuildOptions> {
  const { engine, networkMode, build } = options;
  const info = await engine.info();
  const { cpus, memoryBytes, registries } = engine.config;
  const memory = Math.floor(
    build.memoryBytes ?? memoryBytes ?? info.memoryBytes,
  );
  return {
    // The builder that is a part of every engine, see the decision on builds
    version: '1',
    dockerfile: build.dockerfile,
    buildargs: build.args,
    networkmode: networkMode,
    cachefrom: JSON.stringify(await listCache(options)),
    rm: true,
    forcerm: true,
    memory,
    // The same number means: no swap
    memswap: memory,
    cpuperiod: PERIOD_US,
    cpuquota: Math.max(
      1_000,
      Math.round((build.cpus ?? cpus ?? info.cpus) * PERIOD_US),
    ),
    registryconfig: Object.fromEntries(
      registries.flatMap(registry => {
        const credentials = credentialsOf(registry);
        return credentials ? [[registry.host, credentials]] : [];
      }),
    ),
  };
}

async function follow(
  options: BuildOptions,
  answer: NodeJS.ReadableStream,
  instructions: Instruction[],
): Promise<string> {
  const { signal } = options;
  const steps = new BuildSteps();
  let id: string | undefined;
  let layer: string | undefined;
  for await (const event of readEvents(answer)) {
    signal.throwIfAborted();
    const before = steps.current;
    await show(options, event, steps);
    if (steps.current !== before) {
      await keepCache(options, layer);
    }
    const { stream = '' } = event;
    layer = /^ ---> ([0-9a-f]{12,64})\n$/.exec(stream)?.[1] ?? layer;
    if (event.error !== undefined) {
      await keepCache(options, layer);
      if (blameOf(event.error) === 'platform') {
        throw new Error(event.error.trim());
      }
      throw new BuildFailed(
        failureOf(options, event.error, instructions[steps.current - 1], steps),
      );
    }
    id = event.aux?.ID ?? id;
  }
  if (id === undefined) {
    throw new Error('The engine ended the build without an image');
  }
  await dropCache(options);
  return id;
}

async function show(
  options: BuildOptions,
  event: EngineEvent,
  steps: BuildSteps,
): Promise<void> {
  const { stream = '' } = event;
  steps.take(stream);
  if (steps.current < options.step) {
    return;
  }
  const container = /^ ---> Running in ([0-9a-f]{12,64})\n$/.exec(stream)?.[1];
  if (container !== undefined) {
    await limitProcesses(options, container);
  }
  const text = textOf(event);
  if (text !== '') {
    await options.write(text);
  }
}

/** A build takes no such limit, so each of its containers is given it. It is one of ours where it is in our network. */
async function limitProcesses(
  { engine, networkMode }: BuildOptions,
  id: string,
): Promise<void> {
  try {
    await engine.raw(async docker => {
      const container = docker.getContainer(id);
      const { HostConfig } = await container.inspect();
      const mode = await namedNetworkMode(docker, HostConfig.NetworkMode);
      if (mode === networkMode) {
        await container.update({ PidsLimit: engine.config.pidsLimit });
      }
    });
  } catch {
    // It has ended already
  }
}

/** What was built until then is kept under a name, so that the next build of the same begins there. */
async function keepCache(
  { engine, attemptId, build }: BuildOptions,
  layer: string | undefined,
): Promise<void> {
  if (layer !== undefined) {
    await engine
      .raw(docker =>
        docker
          .getImage(layer)
          .tag({ repo: cacheOf(build.pipelineRef), tag: attemptId }),
      )
      .catch(() => {
        // Only the next build takes longer
      });
  }
}

/** The image itself has all of its layers. */
async function dropCache({ engine, attemptId, build }: BuildOptions) {
  await engine
    .raw(docker =>
      docker.getImage(`${cacheOf(build.pipelineRef)}:${attemptId}`).remove(),
    )
    .catch(() => {
      // It goes with the next sweep
    });
}

/**
 * Names of what the build may take layers from: those of its own pipeline alone. What a command has made depends on more
 * than the engine compares, such as the network, so that layers of others could be anything.
 */
async function listCache({ engine, build }: BuildOptions): Promise<string[]> {
  const repositories = [cacheOf, repositoryOf].map(of => of(build.pipelineRef));
  const images = await engine.call(docker =>
    docker.listImages({ filters: { reference: repositories } }),
  );
  const names = images
    .sort((a, b) => b.Created - a.Created)
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter(name => repositories.some(other => name.startsWith(`${other}:`)));
  // Without any name the engine would take the layers of everybody
  return [...names.slice(0, MAX_SOURCES), `${repositories[0]}:none`];
}

function failureOf(
  { build }: BuildOptions,
  error: string,
  instruction: Instruction | undefined,
  steps: BuildSteps,
) {
  const shown = error.trim().slice(0, MAX_SHOWN);
  return instruction
    ? reason('image.stepFailed', {
        step: steps.current,
        file: posix.join(build.context, build.dockerfile),
        line: instruction.line,
        instruction: shownOf(instruction),
        error: shown,
      })
    : reason('image.failed', { error: shown });
}

function shownOf(instruction: Instruction | undefined): string {
  return instruction
    ? `${instruction.name} ${instruction.text}`.slice(0, 100)
    : '';
}
