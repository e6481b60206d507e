import type { AttemptHandle } from '../database/operations/attempts/storeHandles';
import type { AttemptWrites } from './AttemptWrites';

/**
 * Stores the handle of an attempt while it is observed already. If it is not stored for whatever reason, a
 * successor submits once more, which starts nothing twice; and the end stores it as well.
 */
export class HandleWrite {
  private state: 'waits' | 'begun' | 'stored' | 'left' = 'waits';
  private readonly storing: Promise<void>;

  constructor(
    writes: AttemptWrites,
    handle: AttemptHandle,
    onFailure: (error: unknown) => void,
  ) {
    this.storing = writes
      .storeHandle({ ...handle, isNeeded: () => this.begin() })
      .then(() => this.finish('stored'))
      .catch(error => {
        this.finish('left');
        onFailure(error);
      });
  }

  /** Whether whoever comes next finds the handle in the row. */
  isStored(): boolean {
    return this.state === 'stored';
  }

  /** To be called before the end is stored: a handle that still waits goes with it, one under way goes first. */
  async finishOrSkip(): Promise<void> {
    if (this.state === 'begun') {
      await this.storing;
    } else if (this.state === 'waits') {
      this.state = 'left';
    }
  }

  async settled(): Promise<void> {
    await this.storing;
  }

  private begin(): boolean {
    if (this.state === 'waits') {
      this.state = 'begun';
    }
    return this.state === 'begun';
  }

  private finish(state: 'stored' | 'left'): void {
    if (this.state === 'begun') {
      this.state = state;
    }
  }
}
