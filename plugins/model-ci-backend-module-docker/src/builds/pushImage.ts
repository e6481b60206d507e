import { setTimeout as delay } from 'node:timers/promises';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  credentialsOf,
  repositoryOf,
  type Registry,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { messageOf } from '../engines/errors';
import { BuildErrored } from './BuildFailed';
import { readEvents, textOf } from './events';
import { Patience } from './Patience';

const PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 30_000;
/** Longer ones say no more. */
const MAX_SHOWN = 500;
/** What no repetition changes. */
const REFUSALS =
  /unauthorized|authentication required|no basic auth|denied|forbidden|invalid reference|http: server gave HTTP response/i;

export interface PushOptions {
  engine: DockerEngine;
  registries: Registry[];
  pipelineRef: string;
  /** Digest of the image on the engine. */
  id: string;
  tags: string[];
  write(text: string): Promise<void>;
  signal: AbortSignal;
  /** When the attempt is killed. */
  deadlineAt: number;
}

/** Pushes an image to each registry that takes images; answers its name by digest in the first one. */
export async function pushImage(
  options: PushOptions,
): Promise<string | undefined> {
  const references: string[] = [];
  for (const registry of options.registries) {
    if (registry.push !== undefined) {
      references.push(await pushTo(registry, registry.push, options));
    }
  }
  return references[0];
}

async function pushTo(
  registry: Registry,
  below: string,
  options: PushOptions,
): Promise<string> {
  const repository = `${registry.host}/${repositoryOf(
    options.pipelineRef,
    below,
  )}`;
  let digest = '';
  for (const tag of options.tags) {
    await options.write(`Pushing ${repository}:${tag}\n`);
    const pushed = await pushWithPatience(
      registry,
      `${repository}:${tag}`,
      options,
    );
    await options.write(`Pushed ${repository}@${pushed}\n`);
    // The first tag is the attempt's own: another one may be moved by somebody else meanwhile
    digest ||= pushed;
  }
  return `${repository}@${digest}`;
}

async function pushWithPatience(
  registry: Registry,
  name: string,
  options: PushOptions,
): Promise<string> {
  const patience = new Patience(options.deadlineAt);
  for (let tries = 1; ; tries++) {
    try {
      return await pushOnce(registry, name, options);
    } catch (error) {
      options.signal.throwIfAborted();
      const text = messageOf(error).trim().slice(0, MAX_SHOWN);
      const shown = { registry: registry.host, error: text };
      // The credentials and the registry are the portal's
      if (REFUSALS.test(text)) {
        throw new BuildErrored(reason('image.notPushed', shown), error);
      }
      const pause = Math.min(PAUSE_MS * tries, MAX_PAUSE_MS);
      if (!patience.lasts(pause)) {
        throw new BuildErrored(reason('image.registryFailed', shown), error);
      }
      await options.write(`${text}; it is tried again\n`);
      await delay(pause, undefined, { signal: options.signal });
    }
  }
}

async function pushOnce(
  registry: Registry,
  name: string,
  { engine, id, write, signal }: PushOptions,
): Promise<string> {
  const { repo, tag } = split(name);
  return await engine.raw(async docker => {
    await docker.getImage(id).tag({ repo, tag });
    const answer = await docker.getImage(repo).push({
      tag,
      authconfig: credentialsOf(registry) ?? {},
      abortSignal: signal,
    });
    let digest: string | undefined;
    for await (const event of readEvents(answer)) {
      if (event.error !== undefined) {
        throw new Error(event.error);
      }
      digest = event.aux?.Digest ?? digest;
      const text = textOf(event);
      if (/: Pushed\n$|: Layer already exists\n$/.test(text)) {
        await write(text);
      }
    }
    if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw new Error('the registry answered no digest');
    }
    return digest;
  });
}

function split(name: string): { repo: string; tag: string } {
  const at = name.lastIndexOf(':');
  return { repo: name.slice(0, at), tag: name.slice(at + 1) };
}
