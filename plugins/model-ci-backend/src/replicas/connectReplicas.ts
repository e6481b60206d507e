import type { LogSignal } from '../logs/LogSignal';
import type { ReplicaChannel } from './ReplicaChannel';

/** Has replicas wake each other: followers of logs, and whoever takes over what one that stops has let go of. */
export function connectReplicas(
  channel: ReplicaChannel,
  {
    engine,
    deployments,
  }: {
    engine: { logSignal: LogSignal; takeOver(): void };
    deployments: { wake(): void };
  },
): void {
  engine.logSignal.subscribe((attemptId, origin) => {
    if (origin === 'here') {
      channel.announceLog(attemptId);
    }
  });
  channel.subscribe(message => {
    if (message.type === 'logs') {
      message.attemptIds.forEach(attemptId =>
        engine.logSignal.notify(attemptId, 'elsewhere'),
      );
    } else {
      engine.takeOver();
      deployments.wake();
    }
  });
}
