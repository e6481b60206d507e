import { hostname } from 'node:os';

/** Names this process among all that share an engine: its machine, its id and when it started. */
export const currentOwner = [
  hostname(),
  process.pid,
  Math.round(performance.timeOrigin),
].join('/');

/** Whether the process of that name has certainly ended; of other machines nothing is known. */
export function isOwnerDead(owner: string | undefined): boolean {
  const [host, pid] = (owner ?? '').split('/');
  if (host !== hostname() || owner === currentOwner) {
    return false;
  }
  if (Number(pid) === process.pid) {
    return true;
  }
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return Object(error).code === 'ESRCH';
  }
}
