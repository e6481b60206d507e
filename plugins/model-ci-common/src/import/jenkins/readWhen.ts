import { reason } from '../../reasons';
import type { Findings } from '../Findings';
import { allOf, anyOf, isBranch, isNot, quoteShell } from '../shell';
import type { Statement } from './parse';
import { plainArg } from './values';

/** Say when a condition is looked at, which makes no difference here. */
const MODIFIERS = new Set(['beforeAgent', 'beforeInput', 'beforeOptions']);

/** `when` as a test of the shell; undefined, and reported, if one of its conditions cannot be told there. */
export function readWhen(
  section: Statement,
  findings: Findings,
): string | undefined {
  const conditions = (section.block ?? []).filter(
    ({ name }) => !MODIFIERS.has(name),
  );
  const tests = conditions.map(toTest);
  const known = tests.filter(test => test !== undefined);
  if (known.length < tests.length || known.length === 0) {
    findings.left(
      section.offset,
      section.text,
      reason('import.conditionLost'),
      reason('import.remedyCondition'),
    );
    return undefined;
  }
  findings.carried(section.offset, section.text, reason('import.condition'));
  return allOf(known);
}

function toTest(condition: Statement): string | undefined {
  const inner = (condition.block ?? []).map(toTest);
  const known = inner.filter(test => test !== undefined);
  switch (condition.name) {
    case 'branch': {
      const branch = plainArg(condition, 'pattern');
      const isPattern = condition.named.get('comparator') === undefined;
      return branch && isPattern ? isBranch([branch]) : undefined;
    }
    case 'environment': {
      const name = plainArg(condition, 'name');
      const value = plainArg(condition, 'value');
      return name && /^[A-Za-z_]\w*$/.test(name) && value !== undefined
        ? `[ "$${name}" = ${quoteShell(value)} ]`
        : undefined;
    }
    case 'not':
      return inner.length === 1 && known.length === 1
        ? isNot(known[0])
        : undefined;
    case 'allOf':
      return known.length > 0 && known.length === inner.length
        ? allOf(known)
        : undefined;
    case 'anyOf':
      return known.length > 0 && known.length === inner.length
        ? anyOf(known)
        : undefined;
    default:
      return undefined;
  }
}
