import type { LoggerService } from '@backstage/backend-plugin-api';
import { stackOf } from './retry';

/** Does what comes after a commit. Should that fail, what was committed does not look as if it had failed. */
export function followUp(
  logger: LoggerService,
  what: string,
  act: () => void,
): void {
  try {
    act();
  } catch (error) {
    logger.error(`${what} was committed, but not followed up`, {
      error: stackOf(error),
    });
  }
}
