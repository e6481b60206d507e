import type {
  ExampleFlip,
  ExampleQuery,
  ExampleSort,
} from '@model-ci/backstage-plugin-model-ci-common';

export const SORTS: ExampleSort[] = ['regression', 'improvement', 'id'];
export const FLIPS: ExampleFlip[] = [
  'lost',
  'gained',
  'worse',
  'better',
  'changed',
];

/** Where it is not known what is better; none is right or wrong. */
export const CHANGES = ['worse', 'better', 'changed'] as const;

/** What identifies the example set in the URL. */
export const SET_PARTS = [
  'stage',
  'instance',
  'environment',
  'dataset',
  'task',
] as const;

/** From the URL, in which anybody can write anything; the names are those of the set that is shown. */
export function readExampleQuery(params: URLSearchParams): ExampleQuery {
  const text = (name: string) => params.get(name) ?? undefined;
  const [slice, sliceValue] = readSlice(params.get('slice'));
  return {
    ...readSet(params.get('set')),
    metric: text('by'),
    sort: SORTS.find(sort => sort === params.get('order')),
    flips: FLIPS.find(flips => flips === params.get('flips')),
    slice,
    sliceValue,
    text: text('text'),
    common: params.get('common') === 'true',
    cursor: text('cursor'),
  };
}

/** A set as one value of the URL. */
export function writeSet(set: Partial<Record<SetPart, string>>): string {
  return JSON.stringify(SET_PARTS.map(part => set[part] ?? ''));
}

type SetPart = (typeof SET_PARTS)[number];

function readSet(text: string | null): Partial<Record<SetPart, string>> {
  const values = parseTexts(text);
  return Object.fromEntries(
    SET_PARTS.flatMap((part, i) => (values[i] ? [[part, values[i]]] : [])),
  );
}

export function writeSlice(name: string, value: string): string {
  return JSON.stringify([name, value]);
}

function readSlice(text: string | null): [string?, string?] {
  const [name, value] = parseTexts(text);
  return name && value ? [name, value] : [];
}

function parseTexts(text: string | null): string[] {
  try {
    const values: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(values)
      ? values.map(value => (typeof value === 'string' ? value : ''))
      : [];
  } catch {
    return [];
  }
}
