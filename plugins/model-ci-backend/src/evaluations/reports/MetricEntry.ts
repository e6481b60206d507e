import {
  reason,
  type ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  MeasuredMetric,
  MeasuredValue,
} from '../../database/operations/results/types';
import { describeJson } from './describeJson';
import type { JsonEvent, JsonPlace } from './JsonScanner';
import type { MetricList } from './MetricList';
import { quote } from './ReportReader';

const KEYS = [
  'name',
  'value',
  'dataset',
  'slice',
  'unit',
  'higherIsBetter',
  'stderr',
  'n',
] as const;
type Key = (typeof KEYS)[number];
const MAX_UNIT = 64;

interface Field {
  value: JsonEvent;
  place: JsonPlace;
}

/** One entry of a list of metrics, read field by field. */
export class MetricEntry {
  readonly #fields = new Map<Key, Field>();
  #key: Key | undefined;

  constructor(
    private readonly list: MetricList,
    private readonly place: JsonPlace,
    private readonly number: number,
  ) {}

  key(name: string, place: JsonPlace): void {
    const entry = String(this.number);
    this.#key = KEYS.find(key => key === name);
    if (this.#key === undefined) {
      const known = KEYS.join(', ');
      this.list.problem(
        place,
        reason('report.entryKey', { entry, key: quote(name), known }),
      );
    } else if (this.#fields.has(this.#key)) {
      const key = quote(name);
      this.list.problem(place, reason('report.entryKeyTwice', { entry, key }));
    }
  }

  value(value: JsonEvent, place: JsonPlace): void {
    // Null says "none" in most writers of JSON; of the value itself, that it was not measured.
    if (
      this.#key !== undefined &&
      (value.type !== 'null' || this.#key === 'value')
    ) {
      this.#fields.set(this.#key, { value, place });
    }
  }

  finish(): void {
    for (const key of ['name', 'value'] as const) {
      if (!this.#fields.has(key)) {
        this.list.problem(
          this.place,
          reason('report.entryLacks', {
            entry: String(this.number),
            key: quote(key),
          }),
        );
      }
    }
    const metric = this.#name('name');
    const subject =
      metric ?? reason('report.entry', { entry: String(this.number) });
    const value = this.#measured(subject);
    const rest = {
      dataset: this.#name('dataset'),
      slice: this.#slice(),
      unit: this.#name('unit', MAX_UNIT),
      higherIsBetter: this.#boolean('higherIsBetter', subject),
      stderr: this.#number('stderr', subject, 'not-negative'),
      n: this.#number('n', subject, 'count'),
    };
    if (metric !== undefined && value) {
      const found: MeasuredMetric = { metric, ...rest, ...value };
      this.list.add(found, this.place);
    }
  }

  #measured(subject: ReasonParameter): MeasuredValue | undefined {
    const field = this.#fields.get('value');
    if (field?.value.type === 'unmeasured' || field?.value.type === 'null') {
      return { notMeasured: true };
    }
    const value = this.#number('value', subject);
    return value === undefined ? undefined : { value };
  }

  #name(key: Key, max?: number): string | undefined {
    const field = this.#fields.get(key);
    if (!field) {
      return undefined;
    }
    if (field.value.type !== 'string') {
      const found = describeJson(field.value);
      this.list.problem(
        field.place,
        reason('report.notAName', { what: key, found }),
      );
      return undefined;
    }
    return this.list.name(field.value.value, field.place, key, max);
  }

  /** A name and a value, as the slices of predictions have. */
  #slice(): string | undefined {
    const slice = this.#name('slice');
    if (slice === undefined || /^[^=]*[^=\s][^=]*=./.test(slice)) {
      return slice;
    }
    this.list.problem(
      this.#fields.get('slice')?.place ?? this.place,
      reason('report.badSlice', { name: quote(slice) }),
    );
    return undefined;
  }

  #number(
    key: Key,
    subject: ReasonParameter,
    kind: 'any' | 'not-negative' | 'count' = 'any',
  ): number | undefined {
    const field = this.#fields.get(key);
    // A standard error that is no number is none.
    if (
      !field ||
      (kind === 'not-negative' && field.value.type === 'unmeasured')
    ) {
      return undefined;
    }
    const what =
      key === 'value'
        ? subject
        : reason('report.partOf', { part: key, subject });
    return readNumber(this.list, field, what, kind);
  }

  #boolean(key: Key, subject: ReasonParameter): boolean | undefined {
    const field = this.#fields.get(key);
    if (!field || field.value.type === 'boolean') {
      return field?.value.type === 'boolean' ? field.value.value : undefined;
    }
    this.list.problem(
      field.place,
      reason('report.valueNotBoolean', {
        what: reason('report.partOf', { part: key, subject }),
        found: describeJson(field.value),
      }),
    );
    return undefined;
  }
}

/** A finite number, or undefined with a problem. */
export function readNumber(
  list: MetricList,
  { value: event, place }: Field,
  what: ReasonParameter,
  kind: 'any' | 'not-negative' | 'count' = 'any',
): number | undefined {
  if (event.type !== 'number') {
    const found = describeJson(event);
    list.problem(place, reason('report.valueNotNumber', { what, found }));
    return undefined;
  }
  const { value } = event;
  const number = quote(event.text);
  if (!Number.isFinite(value)) {
    list.problem(place, reason('report.valueTooLarge', { what, number }));
    return undefined;
  }
  if (kind === 'not-negative' && value < 0) {
    list.problem(place, reason('report.valueNegative', { what, number }));
    return undefined;
  }
  if (kind === 'count' && !(Number.isSafeInteger(value) && value >= 0)) {
    list.problem(place, reason('report.valueNotCount', { what, number }));
    return undefined;
  }
  return value;
}
