import type { LoggerService } from '@backstage/backend-plugin-api';

/**
 * Takes a step again and again: at once when woken, otherwise after an interval. Steps never overlap; a wake-up
 * during a step is followed by another step.
 */
export class Loop {
  private running?: Promise<void>;
  private stopped = true;
  private woken = false;
  private interrupt?: () => void;

  constructor(
    private readonly options: {
      name: string;
      /** Answers whether there may be more to do right now. */
      step(): Promise<boolean>;
      intervalMs: number;
      logger: LoggerService;
    },
  ) {}

  start(): void {
    if (!this.stopped) {
      return;
    }
    this.stopped = false;
    this.running = this.run();
  }

  wake(): void {
    this.woken = true;
    this.interrupt?.();
  }

  /** Resolves once the step under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.interrupt?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { name, step, intervalMs, logger } = this.options;
    while (!this.stopped) {
      this.woken = false;
      let more = false;
      let failed = false;
      try {
        more = await step();
      } catch (error) {
        failed = true;
        logger.error(`Step '${name}' of the engine failed; it is taken again`, {
          error:
            error instanceof Error
              ? error.stack ?? error.message
              : String(error),
        });
      }
      // A step that fails is not repeated at once, however often it is woken.
      if (!this.stopped && (failed || !(more || this.woken))) {
        await this.pause(intervalMs, failed);
      }
    }
  }

  private async pause(milliseconds: number, deaf: boolean): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.interrupt = () => {
        if (!deaf || this.stopped) {
          clearTimeout(timer);
          resolve();
        }
      };
    });
    this.interrupt = undefined;
  }
}
