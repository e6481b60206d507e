/** Counts what each user has open in this process, and lets nobody have more than some. */
export class UserSlots {
  readonly #open = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** Takes a slot; answers what gives it back, which may be called twice, or undefined where none is left. */
  take(user: string): (() => void) | undefined {
    const open = this.openOf(user);
    if (open >= this.limit) {
      return undefined;
    }
    this.#open.set(user, open + 1);
    let taken = true;
    return () => {
      if (taken) {
        taken = false;
        this.#giveBack(user);
      }
    };
  }

  openOf(user: string): number {
    return this.#open.get(user) ?? 0;
  }

  #giveBack(user: string): void {
    const left = this.openOf(user) - 1;
    if (left > 0) {
      this.#open.set(user, left);
    } else {
      this.#open.delete(user);
    }
  }
}
