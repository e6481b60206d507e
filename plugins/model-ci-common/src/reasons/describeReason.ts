import { REASON_TEXTS } from './texts';
import type {
  Amount,
  NestedReason,
  Reason,
  ReasonCode,
  ReasonParameter,
} from './types';

/** How a language words reasons. */
export interface ReasonWords {
  /** Of numbers, units and lists, e.g. `en`. */
  language: string;
  /** Fills the text of a code. */
  fill(code: ReasonCode, values: Record<string, string | number>): string;
  /** A time in ISO 8601 as the reader writes it; as it is without this. */
  formatTime?(time: string): string;
}

const TEXTS: Record<string, string> = REASON_TEXTS;

const ENGLISH: ReasonWords = {
  language: 'en',
  fill: (code, values) =>
    findText(code, values.count).replace(
      /\{\{(\w+)(, number)?\}\}/g,
      (placeholder, name: string, isNumber?: string) => {
        const value = values[name] ?? placeholder;
        return isNumber && typeof value === 'number'
          ? describeNumber(value, 'en')
          : String(value);
      },
    ),
};

const pluralRules = new Intl.PluralRules('en');

function findText(code: ReasonCode, count: string | number | undefined) {
  return typeof count === 'number' && !Object.hasOwn(TEXTS, code)
    ? TEXTS[`${code}_${pluralRules.select(count)}`]
    : TEXTS[code];
}

/** A reason in words: in English unless another language is given. Of an unknown code, what its sender said. */
export function describeReason(
  { text, ...reason }: Reason,
  words: ReasonWords = ENGLISH,
): string {
  return describeNested(reason, words) ?? text;
}

/** Undefined if the code, or one of a part, is not known here. */
export function describeNested(
  { code, parameters = {} }: NestedReason,
  words: ReasonWords = ENGLISH,
): string | undefined {
  if (!isKnown(code)) {
    return undefined;
  }
  const values: Record<string, string | number> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = describeParameter(parameter, words, code === 'all');
    if (value === undefined) {
      return undefined;
    }
    values[name] = value;
  }
  return words.fill(code, values);
}

function isKnown(code: string): code is ReasonCode {
  return Object.hasOwn(TEXTS, code) || Object.hasOwn(TEXTS, `${code}_other`);
}

function describeParameter(
  parameter: ReasonParameter,
  words: ReasonWords,
  onLines: boolean,
): string | number | undefined {
  if (Array.isArray(parameter)) {
    const items = parameter.map(item =>
      typeof item === 'string' ? item : describeNested(item, words),
    );
    return items.includes(undefined)
      ? undefined
      : joinItems(items.filter(isText), words, onLines);
  }
  if (typeof parameter !== 'object') {
    return parameter;
  }
  if ('code' in parameter) {
    return describeNested(parameter, words);
  }
  return describeAmount(parameter, words);
}

function describeAmount(amount: Amount, words: ReasonWords): string {
  if ('time' in amount) {
    return words.formatTime?.(amount.time) ?? amount.time;
  }
  if ('number' in amount) {
    return describeNumber(amount.number, words.language);
  }
  return 'bytes' in amount
    ? describeBytes(amount.bytes, words)
    : describeSeconds(amount.seconds, words);
}

/** `Intl` takes no more everywhere. A number with more is written with an exponent. */
const MAX_DECIMALS = 20;

/** With all digits that it is given, and its thousands separated. */
function describeNumber(value: number, language: string): string {
  const digits = String(value);
  return digits.includes('e')
    ? digits
    : new Intl.NumberFormat(language, {
        maximumFractionDigits: MAX_DECIMALS,
      }).format(value);
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function joinItems(
  items: string[],
  { language }: ReasonWords,
  onLines: boolean,
): string {
  return onLines
    ? items.join('\n')
    : new Intl.ListFormat(language).format(items);
}

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Two digits behind the point, as people give memory: `1.5 GiB`. */
function describeBytes(bytes: number, { language }: ReasonWords): string {
  const power = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)),
  );
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return `${amount.format(bytes / 1024 ** power)} ${BYTE_UNITS[power]}`;
}

const TIME_UNITS = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `1 hour 30 minutes`; the unit in which people would say it. */
function describeSeconds(seconds: number, { language }: ReasonWords): string {
  let rest = seconds;
  const parts = TIME_UNITS.flatMap(([unit, size], index) => {
    const isLast = index === TIME_UNITS.length - 1;
    const amount = isLast ? rest : Math.floor(rest / size);
    rest -= amount * size;
    return amount > 0 || (isLast && rest === seconds)
      ? [
          new Intl.NumberFormat(language, {
            style: 'unit',
            unit,
            unitDisplay: 'long',
            maximumFractionDigits: 3,
          }).format(amount),
        ]
      : [];
  });
  return parts.join(language.startsWith('zh') ? '' : ' ');
}
