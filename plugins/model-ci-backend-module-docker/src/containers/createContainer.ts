import type Docker from 'dockerode';
import type { DockerEngine } from '../engines/DockerEngine';
import { statusOf } from '../engines/errors';
import { namedNetworkMode } from '../networks/Sandboxes';
import { provideImage } from './provideImage';
import { containerSpec, type ContainerPlan } from './containerSpec';

const CREATE_TIMEOUT_MS = 60_000;

export type CreatedContainer =
  | { type: 'created'; id: string }
  | { type: 'started'; id: string; startedAt: number; networkMode: string };

/** Creates a container, or finds the one that was started under this name before. */
export async function createContainer(
  engine: DockerEngine,
  name: string,
  plan: ContainerPlan,
  onPull: () => void = () => {},
): Promise<CreatedContainer> {
  const spec = containerSpec(plan, engine.config, await engine.info());
  const create = async (): Promise<CreatedContainer> => {
    const { id } = await engine.raw(docker =>
      docker.createContainer({
        ...spec,
        name,
        abortSignal: AbortSignal.timeout(CREATE_TIMEOUT_MS),
      }),
    );
    return { type: 'created', id };
  };

  return engine.call(async docker => {
    try {
      return await create();
    } catch (error) {
      if (statusOf(error) === 409) {
        return (await findStarted(docker, name)) ?? create();
      }
      if (statusOf(error) === 404) {
        await provideImage(
          engine,
          docker,
          { image: plan.image, onPull },
          error,
        );
        return create();
      }
      throw error;
    }
  });
}

/**
 * The container of this name, if it was started. One that was only created is removed: whoever made it
 * did not live to start it, and its workspace may be incomplete. (Not by force: should it be started
 * just now, the removal is refused, and the container is found on the next call.)
 */
async function findStarted(
  docker: Docker,
  name: string,
): Promise<CreatedContainer | undefined> {
  const container = docker.getContainer(name);
  const { Id, State, HostConfig } = await container.inspect();
  if (State.Status !== 'created') {
    return {
      type: 'started',
      id: Id,
      startedAt: Date.parse(State.StartedAt),
      networkMode: await namedNetworkMode(docker, HostConfig.NetworkMode),
    };
  }
  await docker.getContainer(Id).remove({ v: true });
  return undefined;
}
