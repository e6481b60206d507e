import type { DeploymentDetail } from '@model-ci/backstage-plugin-model-ci-common';

/** What is tried, as it was when it was begun. A newer version may answer in the meantime, which answers say. */
export type Tried = Pick<
  DeploymentDetail,
  'pipelineRef' | 'environment' | 'endpoint' | 'version' | 'serving'
>;
