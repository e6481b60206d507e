import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { parsePipelineDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { readRegistries } from '@model-ci/backstage-plugin-model-ci-node';
import {
  documentedConfigs,
  documentedYaml,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { parse, stringify } from 'yaml';
import { readEnvironments } from './deployments/environments';
import { readDeploymentSettings } from './deployments/settings';
import { readEngineConfig } from './engine/config';
import { readExternalRunsConfig } from './external/config';
import { readSecretSettings } from './secrets/config';
import { readTransfersConfig } from './transfers/config';

const CONFIG_PAGES = [
  'docs/clusters.md',
  'docs/deployments.md',
  'docs/operations.md',
  'docs/secrets.md',
  'plugins/model-ci-backend/README.md',
];

const PIPELINE_PAGES = [
  'docs/clusters.md',
  'docs/pipeline-definition.md',
  'docs/secrets.md',
];

const INSTALLED = new Map(
  ['docker', 'jenkins', 'kubernetes', 'process', 'slurm'].map(name => [
    name,
    {},
  ]),
);

/** Keys of the top level that pages show by themselves. */
const PARTS = new Set(['triggers', 'parameters', 'concurrency', 'datasets']);

type Stages = Record<string, { needs?: string[] }>;

/** A definition as it stands; a part of one, with the stages that it needs; undefined of other YAML. */
function definitionOf(text: string): string | undefined {
  if (/^(apiVersion|modelCi):/m.test(text)) {
    return undefined;
  }
  const value = parse(text);
  if (value.version !== undefined) {
    return text;
  }
  if (Object.keys(value).every(key => PARTS.has(key))) {
    const stages = { build: { run: 'true' } };
    return stringify({ version: 1, stages, ...value });
  }
  const stages: Stages = value.stages ?? value;
  const all = Object.values(stages);
  if (!all.every(stage => 'run' in stage || 'imageBuild' in stage)) {
    return undefined;
  }
  const needed = all.flatMap(({ needs = [] }) => needs);
  const others = Object.fromEntries(
    needed.map(name => [name, { run: 'true' }]),
  );
  return stringify({
    version: 1,
    ...(value.stages && value),
    stages: { ...others, ...stages },
  });
}

const PIPELINES = PIPELINE_PAGES.flatMap(page =>
  documentedYaml(page)
    .flatMap(text => definitionOf(text) ?? [])
    .map((text, index): [string, string] => [
      `${page}, definition ${index + 1}`,
      text,
    ]),
);

/** In the place of files there is what they may hold: a key. */
function withFiles(data: JsonObject): JsonObject {
  const key = JSON.stringify(Buffer.alloc(32).toString('base64'));
  return JSON.parse(JSON.stringify(data).replace(/\{"\$file":"[^"]*"\}/g, key));
}

describe('The documentation', () => {
  it.each(PIPELINES)('has valid definitions: %s', (_, text) => {
    expect(
      parsePipelineDefinition(text, { file: 'model-pipeline.yaml' }),
    ).not.toHaveProperty('errors');
  });

  it.each(CONFIG_PAGES.flatMap(page => documentedConfigs(page)))(
    'has valid configuration: %s',
    (_, data) => {
      const config = new ConfigReader(withFiles(data));
      expect(() => {
        readDeploymentSettings(config);
        readEngineConfig(config, INSTALLED);
        readEnvironments(config);
        readExternalRunsConfig(config);
        readRegistries(config);
        readSecretSettings(config);
        readTransfersConfig(config);
      }).not.toThrow();
    },
  );
});
