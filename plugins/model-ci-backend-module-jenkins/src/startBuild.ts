import { ServiceUnavailableError } from '@backstage/errors';
import { JenkinsError } from './client/JenkinsError';
import { ATTEMPT, LABEL, PLAN } from './client/schemas';
import { placeOf, type Whereabouts } from './builds/locate';
import type { Controller } from './Controller';

/**
 * Starts the build of an attempt, or finds the one that is there. An answer that was lost is looked for in queue and builds;
 * if the call arrives after that look, there are two builds, of which the pipeline script lets the older one run.
 */
export async function startBuild(
  controller: Controller,
  attemptId: string,
  prepare: () => Promise<{ label: string; plan: string }>,
): Promise<Whereabouts> {
  const { client, jobPath } = controller;
  const found = await find(controller, attemptId);
  if (found) {
    return found;
  }
  const { label, plan } = await prepare();
  try {
    const { location } = await client.post(`${jobPath}/buildWithParameters`, {
      form: { [ATTEMPT]: attemptId, [LABEL]: label, [PLAN]: plan },
    });
    // 201, or 303 where the same was in the queue already
    const queueId = /\/queue\/item\/(\d+)/.exec(location ?? '')?.[1];
    if (queueId !== undefined) {
      return { queueId: Number(queueId) };
    }
  } catch (error) {
    if (error instanceof JenkinsError && error.status < 500) {
      throw explain(controller, error);
    }
    const started = await find(controller, attemptId);
    if (started) {
      return started;
    }
    throw error;
  }
  const started = await find(controller, attemptId);
  if (!started) {
    throw new ServiceUnavailableError(
      `Jenkins '${controller.name}' took no build of job '${controller.config.job}': is it about to shut down?`,
    );
  }
  return started;
}

async function find(
  { watch }: Controller,
  attemptId: string,
): Promise<Whereabouts | undefined> {
  const place = placeOf(await watch.now(), attemptId);
  switch (place.type) {
    case 'build':
      return { build: place.build.number };
    case 'queued':
      return { queueId: place.item.id };
    case 'absent':
      return undefined;
    default:
      return place satisfies never;
  }
}

function explain({ config }: Controller, error: JenkinsError): Error {
  const remedy: Record<number, string> = {
    401: 'its user or token is wrong',
    403: `user '${config.user}' needs Job/Build on '${config.job}'`,
    404: `there is no job '${config.job}', or the user may not see it`,
    409: `job '${config.job}' is disabled: enable it in Jenkins`,
  };
  return new ServiceUnavailableError(
    `Jenkins '${config.name}' starts no build: ${
      remedy[error.status] ?? error.said
    }`,
    error,
  );
}
