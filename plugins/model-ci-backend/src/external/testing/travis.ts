import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv-draft-04';
import { parse } from 'yaml';
import { FOLDER, run } from './run';

/** As Travis CI publishes it, beside its licence. */
const SCHEMA = JSON.parse(
  readFileSync(join(FOLDER, 'travis-yml/schema.json'), 'utf8'),
);
const validate = new Ajv({ strict: false }).compile(SCHEMA);

interface Part {
  $ref?: string;
  properties?: object;
  allOf?: Part[];
  anyOf?: Part[];
}

/** The keys that a part of the schema names for its own object. */
function listKeys(part: Part): string[] {
  const found = part.$ref
    ?.split('/')
    .slice(1)
    .reduce((at, key) => at[key], SCHEMA);
  return [
    ...Object.keys(part.properties ?? {}),
    ...[found ?? [], part.allOf ?? [], part.anyOf ?? []]
      .flat()
      .flatMap(listKeys),
  ];
}
const KEYS = new Set(listKeys(SCHEMA));

/** Throws where the published schema does not know the file. It allows keys at the top that Travis CI then ignores. */
export function checkTravisFile(text: string): void {
  const file = parse(text);
  const unknown = Object.keys(file).filter(key => !KEYS.has(key));
  if (!validate(file) || unknown.length > 0) {
    throw new Error(
      `.travis.yml is invalid: ${[
        ...unknown.map(key => `unknown key ${key}`),
        ...(validate.errors ?? []).map(
          ({ instancePath, message }) => `${instancePath} ${message}`,
        ),
      ].join('; ')}`,
    );
  }
}

/**
 * Runs the lines of the phases in the order of Travis CI's documentation. A line that fails before `script` ends the build at once;
 * one of `script` fails it when all of them have run; those that follow change nothing.
 */
export async function runTravis(
  text: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<number | null> {
  const file = parse(text);
  const variables: string[] = file.env.global;
  const env = {
    ...options.env,
    ...Object.fromEntries(
      variables.map(each => each.split(/=(.*)/s).slice(0, 2)),
    ),
  };
  const runLine = (line: string) =>
    run('bash', ['-c', line], { cwd: options.cwd, env });
  const linesOf = (phase: string): string[] =>
    [file[phase] ?? []].flat().filter((line: string) => line !== 'skip');

  for (const line of ['before_install', 'install', 'before_script'].flatMap(
    linesOf,
  )) {
    const code = await runLine(line);
    if (code !== 0) {
      return code;
    }
  }
  let result: number | null = 0;
  for (const line of linesOf('script')) {
    const code = await runLine(line);
    result = result || code;
  }
  for (const line of linesOf(
    result === 0 ? 'after_success' : 'after_failure',
  )) {
    expect([line, await runLine(line)]).toEqual([line, 0]);
  }
  return result;
}
