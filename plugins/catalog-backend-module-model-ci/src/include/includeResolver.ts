import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  PlaceholderResolver,
  PlaceholderResolverParams,
} from '@backstage/plugin-catalog-node';
import { parseDocument } from 'yaml';

/** Of the text of a file; templates share a few kilobytes. */
const MAX_LENGTH = 1024 * 1024;

/**
 * Resolves `$include: ./shared.yaml#/steps/publish` in an entity: the part of a YAML file below the folder of the
 * entity's own file that the JSON pointer after `#` names, or the whole file. Unlike Backstage's `$yaml` it also reads
 * beside files of this machine, from where a portal registers its templates.
 */
export const includeResolver: PlaceholderResolver = async params => {
  const { value } = params;
  try {
    if (typeof value !== 'string') {
      throw new Error(
        'it must be a relative path, such as ./shared.yaml#/form',
      );
    }
    const [file, pointer = ''] = value.split('#', 2);
    return find(parse(await read(file, params)), pointer);
  } catch (error) {
    throw new Error(
      `$include ${JSON.stringify(value)} of ${params.baseUrl}: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
};

/** @throws without a word of the file, which whoever registers the entity may not be allowed to read. */
function parse(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const [start] = error.linePos ?? [];
    throw new Error(
      `the file is no YAML: ${error.code}${
        start ? ` in line ${start.line}` : ''
      }`,
    );
  }
  return document.toJS();
}

/** The text of the file; it has to stand below the folder of what includes it. */
async function read(
  file: string,
  { baseUrl, resolveUrl, read: readUrl, emit }: PlaceholderResolverParams,
): Promise<string> {
  // Names of plain characters alone: a code host must not read more into them.
  const isPlain = file
    .replace(/^\.\//, '')
    .split('/')
    .every(part => /^[\w-][\w.-]*$/.test(part));
  if (!isPlain) {
    throw new Error('it must name a file below the folder of the entity');
  }
  if (/^https?:/.test(baseUrl)) {
    const url = resolveUrl(file, baseUrl);
    emit({ type: 'refresh', key: `url:${url}` });
    return checkLength((await readUrl(url)).toString('utf8'));
  }
  return checkLength(
    await readFile(path.resolve(path.dirname(baseUrl), file), 'utf8'),
  );
}

function checkLength(text: string): string {
  if (text.length > MAX_LENGTH) {
    throw new Error(`the file is longer than ${MAX_LENGTH} characters`);
  }
  return text;
}

/** @throws if the pointer (RFC 6901) leads nowhere, with the part at which it does. */
function find(root: unknown, pointer: string) {
  const parts = pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found = root;
  for (const part of parts) {
    if (
      typeof found !== 'object' ||
      found === null ||
      !Object.hasOwn(found, part)
    ) {
      throw new Error(`there is no ${JSON.stringify(part)} in the file`);
    }
    found = Reflect.get(found, part);
  }
  return found as Awaited<ReturnType<PlaceholderResolver>>;
}
