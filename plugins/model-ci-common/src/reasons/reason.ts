import { describeNested } from './describeReason';
import { toStorableText } from './toStorableText';
import type {
  NestedReason,
  ParametersOf,
  Reason,
  ReasonCode,
  ReasonParameter,
} from './types';

/** Characters of several reasons together; nobody reads more of them than this. */
const MAX_LENGTH = 10_000;

/** Gives a reason; its parameters are what its text leaves open. */
export function reason<TCode extends ReasonCode>(
  code: TCode,
  ...[parameters]: keyof ParametersOf<TCode> extends never
    ? []
    : [parameters: ParametersOf<TCode>]
): Reason {
  const nested: NestedReason = {
    code,
    ...(parameters && {
      parameters: mapValues<ReasonParameter, ReasonParameter>(
        parameters,
        toStorable,
      ),
    }),
  };
  return { ...nested, text: describeNested(nested) ?? code };
}

/** Somebody else's words, which nobody translates: what an engine, a code host or an older version said. */
export function quoted(text: string): Reason {
  return reason('quoted', { text });
}

/** What an executor gave as a reason: words, or a reason. */
export function toReason(said: string | Reason): Reason {
  return typeof said === 'string' ? quoted(said) : said;
}

/** Several reasons as one. */
export function reasons(items: Reason[]): Reason {
  if (items.length === 1) {
    return items[0];
  }
  const shown: Reason[] = [];
  for (let length = 0; shown.length < items.length; ) {
    const item = items[shown.length];
    length += item.text.length;
    if (length > MAX_LENGTH && shown.length > 0) {
      break;
    }
    shown.push(item);
  }
  const more = items.length - shown.length;
  return reason('all', {
    items: more > 0 ? [...shown, reason('more', { count: more })] : shown,
  });
}

function mapValues<TValue, TResult>(
  values: Record<string, TValue>,
  map: (value: TValue) => TResult,
): Record<string, TResult> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(value)]),
  );
}

/** The English text of a part is in that of the whole. */
function toStorable(parameter: ReasonParameter): ReasonParameter {
  if (Array.isArray(parameter)) {
    return parameter.map(item =>
      typeof item === 'string' ? toStorableText(item) : withoutText(item),
    );
  }
  if (typeof parameter === 'string') {
    return toStorableText(parameter);
  }
  return typeof parameter === 'object' && 'code' in parameter
    ? withoutText(parameter)
    : parameter;
}

function withoutText({ code, parameters }: NestedReason): NestedReason {
  return { code, ...(parameters && { parameters }) };
}
