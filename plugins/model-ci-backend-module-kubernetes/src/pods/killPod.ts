import type { Cluster } from '../cluster/Cluster';
import { Bell } from '../Bell';
import { noteKill, type KillReason } from './killNote';
import { podName } from './podName';
import { containerOf, SIDECAR, STAGE, type Pod } from './podSchema';
import { AWAIT_START, ELAPSED, KILL } from './scripts';

/** How long a killed stage may be seen to run before its pod is removed. */
const PATIENCE_MS = 10_000;
const CALL_MS = 20_000;

/**
 * Ends an attempt, whose reason is noted before. A stage that runs is killed within its container, so that the log up to
 * then can still be read; what has not started, or does not go, is removed as a pod.
 */
export async function killPod(
  cluster: Cluster,
  { attemptId, uid }: { attemptId: string; uid: string },
  reason: KillReason,
): Promise<void> {
  const name = podName(attemptId);
  const pod = await cluster.findPod(name);
  if (pod?.metadata.uid !== uid || hasEnded(pod)) {
    return;
  }
  await noteKill(cluster, attemptId, reason);
  if (
    containerOf(pod, STAGE)?.state.running &&
    containerOf(pod, SIDECAR)?.state.running
  ) {
    await killStage(cluster, name);
    if (await endsSoon(cluster, name)) {
      return;
    }
  }
  await cluster.remove('pods', name, { uid });
}

/** Milliseconds since the stage was let go; 0 while it was not. */
export async function elapsedMs(
  cluster: Cluster,
  pod: string,
): Promise<number> {
  const output = await readAll(cluster, pod, SIDECAR, ELAPSED);
  const [, elapsed] = /^elapsed (-?\d+)\n$/.exec(output) ?? [];
  if (elapsed === undefined) {
    throw new Error(`The sidecar's answer is not understood: ${output}`);
  }
  return Number(elapsed);
}

/** Waits until the stage is let go; answers when that was. */
export async function awaitStart(
  cluster: Cluster,
  pod: string,
  signal: AbortSignal,
): Promise<string> {
  const output = await readAll(cluster, pod, SIDECAR, AWAIT_START, signal);
  const [, started] = /^started (\d+)$/m.exec(output) ?? [];
  if (started === undefined) {
    throw new Error(`The sidecar's answer is not understood: ${output}`);
  }
  return new Date(Number(started)).toISOString();
}

function hasEnded(pod: Pod): boolean {
  return (
    containerOf(pod, STAGE)?.state.terminated !== undefined ||
    ['Failed', 'Succeeded'].includes(pod.status.phase)
  );
}

async function killStage(cluster: Cluster, pod: string): Promise<void> {
  try {
    await readAll(cluster, pod, STAGE, KILL);
  } catch {
    // The command ends with the container that it ends
  }
}

async function endsSoon(cluster: Cluster, name: string): Promise<boolean> {
  const bell = new Bell();
  const unsubscribe = cluster.watch.subscribe(name, bell.ring);
  const limit = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (;;) {
      const pod = cluster.watch.find(name) ?? (await cluster.findPod(name));
      if (!pod || hasEnded(pod)) {
        return true;
      }
      await bell.wait(PATIENCE_MS, limit);
    }
  } catch {
    return false;
  } finally {
    unsubscribe();
  }
}

async function readAll(
  cluster: Cluster,
  pod: string,
  container: string,
  script: string,
  signal = AbortSignal.timeout(CALL_MS),
): Promise<string> {
  const chunks: Buffer[] = [];
  const output = cluster.exec({
    pod,
    container,
    command: ['sh', '-c', script],
    signal,
  });
  for await (const chunk of output) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
