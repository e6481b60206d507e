/** Counts what each holder, such as a user or an attempt, has open in this process, and lets none have more than some. */
export class Slots {
  readonly #open = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** Takes a slot; answers what gives it back, which may be called twice, or undefined where none is left. */
  take(holder: string): (() => void) | undefined {
    const open = this.openOf(holder);
    if (open >= this.limit) {
      return undefined;
    }
    this.#open.set(holder, open + 1);
    let taken = true;
    return () => {
      if (taken) {
        taken = false;
        this.#giveBack(holder);
      }
    };
  }

  openOf(holder: string): number {
    return this.#open.get(holder) ?? 0;
  }

  #giveBack(holder: string): void {
    const left = this.openOf(holder) - 1;
    if (left > 0) {
      this.#open.set(holder, left);
    } else {
      this.#open.delete(holder);
    }
  }
}
