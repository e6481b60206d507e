import type { WorkspacePart } from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { statusOf } from '../engines/errors';
import { createContainer } from './createContainer';
import { WORKSPACE, type ContainerPlan } from './containerSpec';
import { workspaceUpload } from './workspaceUpload';

// A slow disk or network may make an upload long; what never moves at all is given up
const START_TIMEOUT_MS = 120_000;

export interface StartedContainer {
  id: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  networkMode: string;
}

/**
 * Creates a container, uploads its workspace and starts it; three calls and no more. The name
 * is the guard against a second start: a container of this name that was started before is taken instead.
 * Its network need not be there before the start.
 */
export async function startContainer(
  engine: DockerEngine,
  name: string,
  plan: ContainerPlan,
  parts: WorkspacePart[],
  network: Promise<void>,
  onPull?: () => void,
): Promise<StartedContainer> {
  const watching = engine.watch.connected();
  const created = await createContainer(engine, name, plan, onPull);
  if (created.type === 'started') {
    return created;
  }
  const { id } = created;
  const place = plan.readOnlyRoot ? WORKSPACE : '/';
  const upload = workspaceUpload(
    parts,
    engine.config.user,
    place,
    plan.secrets,
  );
  try {
    await engine.call(docker =>
      docker.getContainer(id).putArchive(upload, { path: place }),
    );
    await Promise.all([watching, network]);
    engine.watch.expect(id);
    await engine.call(docker =>
      docker
        .getContainer(id)
        .start({ abortSignal: AbortSignal.timeout(START_TIMEOUT_MS) }),
    );
    return { id, startedAt: Date.now(), networkMode: plan.networkMode };
  } catch (error) {
    engine.watch.forget(id);
    await removeContainer(engine, id).catch(() => {
      // The engine is gone too; the name makes the next start find this container
    });
    throw error;
  } finally {
    // An upload that broke off leaves the parts open
    upload.destroy();
  }
}

/**
 * Removes a container with everything in it, running or not. Harmless if there is none. Answers whether it was this
 * call that removed it.
 */
export async function removeContainer(
  engine: DockerEngine,
  id: string,
): Promise<boolean> {
  return engine.call(async docker => {
    try {
      await docker.getContainer(id).remove({ force: true, v: true });
      return true;
    } catch (error) {
      // 404: it is gone; 409: somebody else is just removing it
      if (statusOf(error) !== 404 && statusOf(error) !== 409) {
        throw error;
      }
      return false;
    }
  });
}
