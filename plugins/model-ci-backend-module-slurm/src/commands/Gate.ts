/** Lets so many through at a time, the first come first. */
export class Gate {
  private readonly waiting: Array<() => void> = [];

  constructor(private free: number) {}

  async pass<T>(act: () => Promise<T>): Promise<T> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
    try {
      return await act();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.free++;
      }
    }
  }
}
