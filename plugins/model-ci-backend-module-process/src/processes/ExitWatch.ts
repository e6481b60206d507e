import type { ChildProcess } from 'node:child_process';
import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import { isAlive, type Identity } from './identity';

const POLL_MS = 200;

interface Watched {
  supervisor: Identity;
  ended: Promise<void>;
  resolve(): void;
}

/**
 * Reports when supervisors end. Those that this backend started report by themselves; those that an
 * earlier backend started are asked in turn, all in one poll.
 */
export class ExitWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly polled = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;

  /** Follows a child of this backend. */
  adopt(id: string, supervisor: Identity, child: ChildProcess): void {
    const entry = watchedOf(supervisor);
    this.watched.set(id, entry);
    child.once('exit', () => entry.resolve());
    // It may be over already, and then there is no event to come
    if (child.exitCode !== null || child.signalCode !== null) {
      entry.resolve();
    }
  }

  /** Resolves when the supervisor is gone. */
  ended(id: string, supervisor: Identity): Promise<void> {
    let entry = this.watched.get(id);
    if (!entry) {
      entry = watchedOf(supervisor);
      this.watched.set(id, entry);
      this.polled.set(id, entry);
      this.poll();
    }
    return entry.ended;
  }

  forget(id: string): void {
    this.watched.delete(id);
    this.polled.delete(id);
  }

  private poll(): void {
    for (const [id, entry] of this.polled) {
      if (!isAlive(entry.supervisor)) {
        this.polled.delete(id);
        entry.resolve();
      }
    }
    if (this.polled.size > 0 && !this.timer) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.poll();
      }, POLL_MS);
      // What runs outlives the backend, so it must not keep it up
      this.timer.unref();
    }
  }
}

function watchedOf(supervisor: Identity): Watched {
  const { promise: ended, resolve } = deferred();
  return { supervisor, ended, resolve };
}
