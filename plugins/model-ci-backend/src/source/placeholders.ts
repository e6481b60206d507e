import { InputError } from '@backstage/errors';
import { parse } from 'yaml';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { describeError } from '../describeError';
import { withReason } from '../withReason';

/** A mapping that the catalog replaces by what a file holds. */
export interface Placeholder {
  type: 'yaml' | 'json' | 'text';
  target: string;
}

/** `{ $yaml: ./file.yaml }` and its like; undefined for everything else. */
export function readPlaceholder(value: unknown): Placeholder | undefined {
  if (!isMapping(value)) {
    return undefined;
  }
  const [entry, ...others] = Object.entries(value);
  const type = entry?.[0].match(/^\$(yaml|json|text)$/)?.[1];
  const target = entry?.[1];
  return others.length === 0 &&
    typeof target === 'string' &&
    (type === 'yaml' || type === 'json' || type === 'text')
    ? { type, target }
    : undefined;
}

/** The value with every placeholder replaced, as the catalog does it: what comes from a file is not looked at again. */
export async function replacePlaceholders(
  value: unknown,
  read: (target: string) => Promise<string>,
): Promise<unknown> {
  const placeholder = readPlaceholder(value);
  if (placeholder) {
    const text = await read(placeholder.target);
    // JSON is YAML, too.
    return placeholder.type === 'text' ? text : parseFile(placeholder, text);
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      items.push(await replacePlaceholders(item, read));
    }
    return items;
  }
  if (!isMapping(value)) {
    return value;
  }
  const entries: Array<[string, unknown]> = [];
  for (const [key, item] of Object.entries(value)) {
    entries.push([key, await replacePlaceholders(item, read)]);
  }
  return Object.fromEntries(entries);
}

function parseFile({ target }: Placeholder, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw withReason(
      InputError,
      reason('source.badYaml', { target, message: describeError(error) }),
    );
  }
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
