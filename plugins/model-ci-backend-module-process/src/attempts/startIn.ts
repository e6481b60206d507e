import { ConflictError } from '@backstage/errors';
import { killTree } from '../processes/killTree';
import {
  isAbandoned,
  reserve,
  type Reservation,
} from '../processes/startSupervisor';
import { removeFolder, type Folder } from './folder';

/** Folders in which this process is about to start something. */
const underWay = new Set<string>();

/**
 * Makes the folder of an attempt or service anew and starts something in it; if that fails, the folder is gone. What a
 * backend that was killed has left there is removed first. A start of somebody who is at it is never disturbed, or
 * each of two would take the other's folder away: it is refused, and a later try finds what was started.
 */
export async function startIn<T>(
  folder: Folder,
  id: string,
  start: (reservation: Reservation) => Promise<T>,
): Promise<T> {
  if (underWay.has(folder.root)) {
    throw isBeingStarted(id);
  }
  underWay.add(folder.root);
  try {
    const reservation = await claim(folder, id);
    try {
      return await start(reservation);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  } finally {
    underWay.delete(folder.root);
  }
}

async function claim(folder: Folder, id: string): Promise<Reservation> {
  const reservation =
    reserve(folder, id) ?? (await reserveAbandoned(folder, id));
  if (!reservation) {
    throw isBeingStarted(id);
  }
  return reservation;
}

async function reserveAbandoned(
  folder: Folder,
  id: string,
): Promise<Reservation | undefined> {
  if (!(await isAbandoned(folder, Date.now()))) {
    return undefined;
  }
  await killTree({ id, folder: folder.root });
  await removeFolder(folder);
  return reserve(folder, id);
}

function isBeingStarted(id: string): ConflictError {
  return new ConflictError(
    `'${id}' is being started by another backend; ask again to find it`,
  );
}
