import { reason, type Reason } from '../../reasons';
import type { Context } from './context';
import type { Statement } from './parse';
import { toDuration } from './values';

/** Options that nobody misses, and why. */
const NOT_NEEDED: Record<string, Reason> = {
  timestamps: reason('import.logTimes'),
  ansiColor: reason('import.logTimes'),
  skipDefaultCheckout: reason('import.checkout'),
  parallelsAlwaysFailFast: reason('import.notNeeded'),
  skipStagesAfterUnstable: reason('import.notNeeded'),
  durabilityHint: reason('import.notNeeded'),
};

/** `options` of the pipeline or of a stage. */
export function readOptions(
  section: Statement,
  target: { timeout?: string },
  where: string,
  { findings }: Context,
): void {
  for (const option of section.block ?? []) {
    const { name, offset, text } = option;
    const timeout = name === 'timeout' ? toDuration(option) : undefined;
    const key = `${where}.timeout`;
    if (timeout) {
      target.timeout = timeout;
      if (where === 'defaults') {
        findings.changed(offset, text, reason('import.timeoutEach', { key }));
      } else {
        findings.carried(offset, text, reason('import.became', { key }));
      }
    } else if (name === 'retry') {
      const remedy = reason('import.remedyRetry');
      findings.left(offset, text, reason('import.retry'), remedy);
    } else if (Object.hasOwn(NOT_NEEDED, name)) {
      findings.carried(offset, text, NOT_NEEDED[name]);
    } else {
      findings.left(offset, text, reason('import.unknown'));
    }
  }
}
