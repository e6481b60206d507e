import { ServiceUnavailableError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import { Slots } from '../http/Slots';

/** Each is some processes of git, of up to 20 seconds and gigabytes. */
const AT_ONCE = 8;
const AT_ONCE_PER_CALLER = 4;
/** Results that are kept, of about a hundred kilobytes at most. */
const MAX_KEPT = 200;

/** A comparison of commits. */
export interface Comparison<T> {
  /** Entity ref of the user, or the service, that asks. */
  caller: string;
  /** What is compared, how. */
  key: string[];
  compare(): Promise<T>;
  /** Whether the result is whole, so that it never changes. */
  isWhole(result: T): boolean;
}

/**
 * What git finds out about commits never changes. So it is kept, and found out once for all who ask at the same time; and
 * as it takes git long where the branches are large, nobody has it find out many things at a time.
 */
export class Comparisons {
  readonly #kept = new Map<string, Promise<unknown>>();
  readonly #slots = new Slots({
    total: AT_ONCE,
    perUser: AT_ONCE_PER_CALLER,
    perAddress: AT_ONCE,
  });

  /** Rejects with a `ServiceUnavailableError` where enough is compared at the moment. */
  async find<T>(comparison: Comparison<T>): Promise<T> {
    const key = JSON.stringify(comparison.key);
    const known = this.#kept.get(key) as Promise<T> | undefined;
    const result = known ?? this.#begin(comparison);
    // What was asked for last stays longest.
    this.#kept.delete(key);
    this.#kept.set(key, result);
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) {
        break;
      }
      this.#kept.delete(oldest);
    }
    let isWhole = false;
    try {
      const found = await result;
      isWhole = comparison.isWhole(found);
      return found;
    } finally {
      if (!isWhole && this.#kept.get(key) === result) {
        this.#kept.delete(key);
      }
    }
  }

  async #begin<T>({ caller, compare }: Comparison<T>): Promise<T> {
    const slot = this.#slots.take(caller, '');
    if (slot.type === 'busy') {
      throw withReason(ServiceUnavailableError, reason('gitHost.busy'));
    }
    try {
      return await compare();
    } finally {
      slot.release();
    }
  }
}
