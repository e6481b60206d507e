import type { Reason } from '../reasons';

/** More would help nobody, and a hostile file could have a hundred thousand. */
export const MAX_ERRORS = 100;

/** An error before it is known where in the text it stands. */
export interface Problem {
  path: Array<string | number>;
  /** The key itself is wrong, not its value. */
  atKey?: boolean;
  reason: Reason;
}

/** An error in a definition that is no text any more, such as one in a catalog entity. */
export interface DefinitionProblem {
  /** Dotted path in the document, e.g. `stages.train.timeout`; empty for the document itself. */
  path: string;
  /** In English; pages word the reason in the reader's language. */
  message: string;
  reason: Reason;
}

/** `stages.evaluate.gates[0].min` */
export function formatPath(path: ReadonlyArray<string | number>): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') {
      text += `[${part}]`;
    } else {
      const readable = /^[\w./-]{1,100}$/.test(part)
        ? part
        : JSON.stringify(part.slice(0, 100));
      text += text === '' ? readable : `.${readable}`;
    }
  }
  return text;
}

/** Entries of a mapping; none if the value is something else, which the schema reports. */
export function entriesOf(value: unknown): Array<[string, unknown]> {
  return isMapping(value) ? Object.entries(value) : [];
}

/** Items of a list that are texts, with their places. */
export function textsOf(
  value: unknown,
): Array<{ index: number; text: string }> {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.flatMap((item: unknown, index) =>
    typeof item === 'string' ? [{ index, text: item }] : [],
  );
}

/** The value of a property of its own. */
export function valueOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
