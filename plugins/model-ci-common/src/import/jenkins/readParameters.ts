import { reason } from '../../reasons';
import type { Context } from './context';
import type { Statement, Value } from './parse';
import { plainArg, plainText } from './values';

/** Parameters become variables with their default values. */
export function readParameters(
  section: Statement,
  { draft, findings }: Context,
): void {
  for (const parameter of section.block ?? []) {
    const { offset, text } = parameter;
    const name = plainArg(parameter, 'name');
    const value = defaultOf(parameter);
    if (parameter.name === 'password' || parameter.name === 'credentials') {
      findings.left(
        offset,
        text,
        reason('import.secret'),
        reason('import.remedySecret', { variable: name ?? '' }),
      );
    } else if (name && /^[A-Za-z_]\w*$/.test(name) && value !== undefined) {
      draft.env[name] = value;
      const key = `defaults.env.${name}`;
      findings.changed(
        offset,
        text,
        reason('import.parameter', { key }),
        reason('import.remedyParameter', { key }),
      );
    } else {
      findings.left(offset, text, reason('import.unknown'));
    }
  }
}

/** Of a choice, the first one. */
function defaultOf(parameter: Statement): string | undefined {
  const choices: Value | undefined = parameter.named.get('choices');
  if (choices?.type === 'list') {
    return plainText(choices.items.at(0));
  }
  return choices
    ? plainText(choices)?.split('\n')[0]
    : plainText(parameter.named.get('defaultValue')) ?? '';
}
