import { reason } from '../../reasons';
import type { Context } from './context';
import type { Resolved } from './expressions';

export function reportUnknown(
  { unknown }: Resolved,
  offset: number,
  { findings }: Context,
): void {
  for (const { expression, variable, isSecret } of unknown) {
    const what = `\${{ ${expression} }}`;
    if (isSecret) {
      const remedy = reason('import.remedySecret', { variable });
      findings.left(offset, what, reason('import.secret'), remedy);
    } else {
      findings.changed(
        offset,
        what,
        reason('import.expression', { variable }),
        reason('import.remedyVariable', { variable }),
      );
    }
  }
}
