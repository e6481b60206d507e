import { reason } from '../../reasons';
import type { Context } from './context';
import type { Statement } from './parse';
import { plainText, toVariable } from './values';

/** `environment { NAME = 'value' }`. */
export function readEnvironment(
  section: Statement,
  env: Record<string, string>,
  where: string,
  { draft, findings }: Context,
): void {
  for (const { name, assigned, offset, text } of section.block ?? []) {
    const value =
      assigned?.type === 'string'
        ? expand(assigned.parts, { ...draft.env, ...env })
        : plainText(assigned);
    const variable = reason('import.remedyVariable', { variable: name });
    if (
      assigned?.type === 'call' &&
      assigned.statement.name === 'credentials'
    ) {
      const remedy = reason('import.remedySecret', { variable: name });
      findings.left(offset, text, reason('import.secret'), remedy);
    } else if (value === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
      findings.left(offset, text, reason('import.code'), variable);
    } else {
      env[name] = value;
      const key = `${where}.env.${name}`;
      findings.carried(offset, text, reason('import.became', { key }));
    }
  }
}

/** Variables of the definition are not expanded: what is known is put in. */
function expand(
  parts: Array<string | { expression: string }>,
  known: Record<string, string>,
): string | undefined {
  const texts = parts.map(part => {
    if (typeof part === 'string') {
      return part;
    }
    const { variable, isKnown } = toVariable(part.expression);
    return isKnown && Object.hasOwn(known, variable)
      ? known[variable]
      : undefined;
  });
  return texts.includes(undefined) ? undefined : texts.join('');
}
