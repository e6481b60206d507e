import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Controller } from '../Controller';
import type { ControllerConfig } from '../config';
import { JenkinsExecutor } from '../JenkinsExecutor';
import { FakeJenkins } from './FakeJenkins';
import { JenkinsServer } from './JenkinsServer';

/** A stand-in with two agents. */
export async function startJenkins(now?: () => number): Promise<JenkinsServer> {
  const jenkins = await FakeJenkins.create(now);
  jenkins.addAgent('agent-1', ['linux'], 10);
  jenkins.addAgent('agent-2', ['linux', 'gpu'], 10);
  return await JenkinsServer.start(jenkins);
}

export function configFor(
  server: JenkinsServer,
  rest: Partial<ControllerConfig> = {},
): ControllerConfig {
  return {
    name: 'ci',
    url: server.url,
    user: 'model-ci',
    token: server.token,
    job: 'team/model-ci',
    createJob: true,
    pollSeconds: 0.1,
    nodes: [
      {
        name: 'ci',
        label: 'linux',
        nodeLabels: {},
        capacity: { cpus: 8, memory: 2 ** 33, gpus: 0 },
      },
    ],
    ...rest,
  };
}

export function executorOf(server: JenkinsServer): JenkinsExecutor {
  return new JenkinsExecutor([new Controller(configFor(server))]);
}

/** What Jenkins keeps of an attempt, as whoever can decrypt its parameters sees it. */
export async function everythingOf(
  { jenkins }: JenkinsServer,
  attemptId: string,
): Promise<string> {
  const parameters = [
    ...[...jenkins.builds.values()].filter(
      build => build.attemptId === attemptId,
    ),
    ...jenkins.queue,
  ].map(item => item.parameters ?? {});
  const plans = parameters.flatMap(({ MODEL_CI_PLAN: plan }) =>
    plan ? gunzipSync(Buffer.from(plan, 'base64')).toString() : [],
  );
  const logs = [...jenkins.builds.values()].map(({ log }) => log.toString());
  return JSON.stringify([parameters, plans, logs]);
}

/** What is left of an attempt: builds, queue items, folders of agents. */
export async function remainsOf(
  { jenkins }: JenkinsServer,
  attemptId: string,
): Promise<string[]> {
  const builds = [...jenkins.builds.values()]
    .filter(build => build.attemptId === attemptId)
    .map(({ number }) => `build ${number}`);
  const items = jenkins.queue
    .filter(({ parameters }) => parameters?.MODEL_CI_ATTEMPT === attemptId)
    .map(({ id }) => `item ${id}`);
  const folders = await Promise.all(
    jenkins.agents.map(async ({ folder }) => {
      const parent = join(folder, 'workspace', 'model-ci');
      const names = await readdir(parent).catch(() => []);
      return names.filter(name => name.includes(attemptId));
    }),
  );
  return [...builds, ...items, ...folders.flat()];
}
