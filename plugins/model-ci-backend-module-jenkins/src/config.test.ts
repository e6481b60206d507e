import { ConfigReader } from '@backstage/config';
import { documentedConfigs } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readControllerConfigs } from './config';

it.each(
  documentedConfigs(
    'docs/clusters.md',
    'modelCi.executors.jenkins.controllers',
  ),
)('is read as it is documented: %s', (_, config) => {
  expect(readControllerConfigs(new ConfigReader(config))).not.toEqual([]);
});
