import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject, JsonValue } from '@backstage/types';
import { includeResolver } from '@model-ci/backstage-plugin-catalog-backend-module-model-ci';
import { parse } from 'yaml';

/**
 * A template as the catalog has it: the entity in a file, with what it includes in its place.
 *
 * @throws where the file is no YAML, or an include leads nowhere.
 */
export async function readTemplate(file: string): Promise<JsonObject> {
  const baseUrl = path.resolve(file);
  return (await withIncludes(
    parse(await readFile(baseUrl, 'utf8')),
    baseUrl,
  )) as JsonObject;
}

async function withIncludes(
  value: JsonValue,
  baseUrl: string,
): Promise<JsonValue> {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map(item => withIncludes(item, baseUrl)));
  }
  if (value.$include !== undefined && Object.keys(value).length === 1) {
    return includeResolver({
      key: 'include',
      value: value.$include,
      baseUrl,
      emit: () => {},
      read: refuse,
      resolveUrl: refuse,
    });
  }
  const entries = Object.entries(value).map(async ([key, part]) => [
    key,
    await withIncludes(part as JsonValue, baseUrl),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function refuse(url: string): never {
  throw new Error(`Templates on this machine include files alone, not ${url}`);
}
