import { isPostgres } from '../database/transact';
import { ReplicaChannel, type ReplicaChannelOptions } from './ReplicaChannel';

/** Undefined on SQLite, which has one backend. */
export function createReplicaChannel(
  options: ReplicaChannelOptions,
): ReplicaChannel | undefined {
  return isPostgres(options.db) ? new ReplicaChannel(options) : undefined;
}
