import type { ReplicaChannel } from './ReplicaChannel';

/**
 * Releases all that this replica holds and notifies the others, once, however many shutdown hooks ask for it: each call that
 * an engine does not answer would delay the end again, and the others would look for what nobody left.
 */
export function createHandOver({
  engine,
  deployments,
  channel,
}: {
  engine: { stop(): Promise<void> };
  deployments: { stop(): Promise<void> };
  channel?: Pick<ReplicaChannel, 'send'>;
}): () => Promise<void> {
  let handedOver: Promise<void> | undefined;
  const handOver = async () => {
    await Promise.all([engine.stop(), deployments.stop()]);
    await channel?.send({ type: 'released' }).catch(() => {});
  };
  return () => (handedOver ??= handOver());
}
