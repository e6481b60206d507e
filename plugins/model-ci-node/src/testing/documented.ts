import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { parse } from 'yaml';

const REPOSITORY = resolvePackagePath(
  '@model-ci/backstage-plugin-model-ci-node',
  '../..',
);

/** The YAML of a page of the documentation, named from the root of the repository. */
export function documentedYaml(page: string): string[] {
  const text = readFileSync(resolve(REPOSITORY, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml);
}

/** The configuration that a page shows, as far as it has a key, with a name for each. */
export function documentedConfigs(
  page: string,
  key = 'modelCi',
): Array<[name: string, config: JsonObject]> {
  return documentedYaml(page)
    .filter(text => text.startsWith('modelCi:\n'))
    .map((text, index): [string, JsonObject] => [
      `${page}, config ${index + 1}`,
      // What comes from the environment may be an address
      parse(text.replace(/\$\{\w+\}/g, 'https://environment.example')),
    ])
    .filter(([, config]) => new ConfigReader(config).has(key));
}
