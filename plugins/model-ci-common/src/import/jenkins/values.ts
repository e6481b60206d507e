import type { Statement, Value } from './parse';

/** An argument by its name, or else the first one without. */
export function argOf(statement: Statement, name: string): Value | undefined {
  return statement.named.get(name) ?? statement.args.at(0);
}

/** A text without expressions. */
export function plainText(value: Value | undefined): string | undefined {
  if (value?.type === 'word') {
    return value.text;
  }
  const isPlain =
    value?.type === 'string' &&
    value.parts.every(part => typeof part === 'string');
  return isPlain ? value.parts.join('') : undefined;
}

export function plainArg(
  statement: Statement,
  name: string,
): string | undefined {
  return plainText(argOf(statement, name));
}

const SECONDS: Record<string, string> = {
  SECONDS: 's',
  MINUTES: 'm',
  HOURS: 'h',
  DAYS: 'd',
};

/** `time: 5, unit: 'MINUTES'` as the definition writes it. */
export function toDuration(statement: Statement): string | undefined {
  const time = plainArg(statement, 'time');
  const unit = plainText(statement.named.get('unit')) ?? 'MINUTES';
  return time && /^\d{1,6}$/.test(time) && Object.hasOwn(SECONDS, unit)
    ? `${Number(time)}${SECONDS[unit]}`
    : undefined;
}

export interface ShellText {
  text: string;
  /** Expressions that are no variables, and the variables that stand for them. */
  unknown: Array<{ expression: string; variable: string }>;
}

/**
 * A text for the shell, in which variables stand for the expressions of Groovy. Where the shell would not look into its
 * quotes, they are closed for the variable.
 */
export function shellText(value: Value | undefined): ShellText | undefined {
  if (value?.type === 'word') {
    return toShell([{ expression: value.text }]);
  }
  return value?.type === 'string' ? toShell(value.parts) : undefined;
}

function toShell(parts: Array<string | { expression: string }>): ShellText {
  const unknown: ShellText['unknown'] = [];
  let text = '';
  let quote = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      quote = quoteAfter(part, quote);
    } else {
      const { variable, isKnown } = toVariable(part.expression);
      if (!isKnown) {
        unknown.push({ expression: part.expression, variable });
      }
      text += quote === `'` ? `'"\${${variable}}"'` : `\${${variable}}`;
    }
  }
  return { text, unknown };
}

/** The quote of the shell that is open behind a text. */
function quoteAfter(text: string, before: string): string {
  let quote = before;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && quote !== `'`) {
      at += 1;
    } else if (quote === '' && (character === `'` || character === `"`)) {
      quote = character;
    } else if (character === quote) {
      quote = '';
    }
  }
  return quote;
}

/** `env.A`, `params.A` and `A` are variables of the same name. */
export function toVariable(expression: string): {
  variable: string;
  isKnown: boolean;
} {
  const [, name] =
    /^\s*(?:(?:env|params)\.)?([A-Za-z_]\w{0,100})\s*$/.exec(expression) ?? [];
  if (name !== undefined) {
    return { variable: name, isKnown: true };
  }
  const words = expression
    .slice(0, 60)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return {
    variable: /^[A-Z]/.test(words) ? words : `VALUE_${words}`,
    isKnown: false,
  };
}
