export interface SlotLimits {
  total: number;
  perUser: number;
  perAddress: number;
}

export type Slot =
  | { type: 'taken'; release(): void }
  | { type: 'busy'; who: 'host' | 'user' | 'address' };

/** Counts what is being served, so that no user and no address can take all of it. */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  take(user: string, address: string): Slot {
    const { total, perUser, perAddress } = this.#limits;
    const keys = [`user ${user}`, `address ${address}`];
    if (this.#count(keys[0]) >= perUser) {
      return { type: 'busy', who: 'user' };
    }
    if (this.#count(keys[1]) >= perAddress) {
      return { type: 'busy', who: 'address' };
    }
    if (this.#total >= total) {
      return { type: 'busy', who: 'host' };
    }
    this.#add(keys, 1);
    let isHeld = true;
    return {
      type: 'taken',
      release: () => {
        if (isHeld) {
          isHeld = false;
          this.#add(keys, -1);
        }
      },
    };
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #add(keys: string[], difference: number): void {
    this.#total += difference;
    for (const key of keys) {
      const count = this.#count(key) + difference;
      if (count > 0) {
        this.#counts.set(key, count);
      } else {
        this.#counts.delete(key);
      }
    }
  }
}
