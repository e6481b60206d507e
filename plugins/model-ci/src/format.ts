import { shownDecimals } from '@model-ci/backstage-plugin-model-ci-common';

/** `3.2 MiB`, in units of 1024. */
export function formatBytes(bytes: number, language?: string): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, {
    maximumFractionDigits: digits,
  })} ${units[unit]}`;
}

/** In English as SI writes them, which `Intl` has no style for. */
const UNITS = {
  millisecond: 'ms',
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
} as const;

/** `1 h 2 m`, `3 m 4 s`, `5.2 s`, `12 ms`, or as the language has it; milliseconds in. */
export function formatDuration(
  milliseconds: number,
  language?: string,
): string {
  const write = (value: number, unit: keyof typeof UNITS, digits = 0) =>
    language === undefined || language.startsWith('en')
      ? `${value.toFixed(digits)} ${UNITS[unit]}`
      : value.toLocaleString(language, {
          style: 'unit',
          unit,
          unitDisplay: 'narrow',
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        });
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) {
    return write(Math.round(ms), 'millisecond');
  }
  if (ms < 9_950) {
    return write(ms / 1000, 'second', 1);
  }
  const seconds = Math.round(ms / 1000);
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) {
    return `${write(d, 'day')} ${write(h, 'hour')}`;
  }
  if (h > 0) {
    return `${write(h, 'hour')} ${write(m, 'minute')}`;
  }
  return m > 0
    ? `${write(m, 'minute')} ${write(s, 'second')}`
    : write(s, 'second');
}

/** A metric's value: four significant digits; from 1,000 on, all digits before the point, with separators. */
export function formatMetric(
  value: number,
  unit?: string,
  language?: string,
): string {
  const size = Math.abs(value);
  return withUnit(
    isExtreme(size)
      ? Number(value.toPrecision(4)).toExponential()
      : value.toLocaleString(
          language,
          size >= 1000
            ? { maximumFractionDigits: size < 10_000 ? 1 : 0 }
            : { maximumSignificantDigits: 4 },
        ),
    unit,
  );
}

/** All digits of a number. */
export function formatExact(value: number, language?: string): string {
  return isExtreme(Math.abs(value))
    ? String(value)
    : value.toLocaleString(language, { maximumSignificantDigits: 17 });
}

/** Zeros before or behind it would be more to read than its digits. */
function isExtreme(size: number): boolean {
  return size !== 0 && (size < 1e-4 || size >= 1e9);
}

function withUnit(text: string, unit: string | undefined): string {
  return unit ? `${text} ${unit}` : text;
}

/** `95 %`, of a confidence; never broken over two lines. */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}\u00a0%`;
}

/** `Intl` takes no more. */
const MAX_DECIMALS = 20;

/** Limits and the value between them, with as many digits as show on which side of the edges each lies. */
export function formatLimits(
  numbers: ReadonlyArray<number | undefined>,
  options: { edges?: number[]; unit?: string; language?: string } = {},
): Array<string | undefined> {
  const { edges, unit, language } = options;
  const decimals = shownDecimals(numbers, edges);
  return numbers.map(value => {
    if (value === undefined) {
      return undefined;
    }
    if (decimals > MAX_DECIMALS) {
      return formatMetric(value, unit, language);
    }
    return withUnit(
      value.toLocaleString(language, { maximumFractionDigits: decimals }),
      unit,
    );
  });
}

/** The same of an interval, with as many digits as `values` beside it need, too; a side that is absent is open. */
export function formatInterval(
  interval: { lower?: number; upper?: number },
  {
    values = [],
    ...options
  }: NonNullable<Parameters<typeof formatLimits>[1]> & {
    values?: Array<number | undefined>;
  } = {},
): { lower: string; upper: string } {
  const [lower = '−∞', upper = '∞'] = formatLimits(
    [interval.lower, interval.upper, ...values],
    options,
  );
  return { lower, upper };
}

/** The first eight digits of a commit. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 8);
}

/** `sha256:` and the first twelve digits. */
export function shortDigest(digest: string): string {
  const [algorithm, hex] = digest.split(':');
  return hex ? `${algorithm}:${hex.slice(0, 12)}…` : digest;
}
