export { reasonOf, withReason } from '@model-ci/backstage-plugin-model-ci-node';
