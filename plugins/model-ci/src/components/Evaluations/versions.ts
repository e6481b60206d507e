import { MAX_COMPARED_VERSIONS } from '@model-ci/backstage-plugin-model-ci-common';

/** Versions out of the URL, in which anybody can write anything. */
export function parseVersions(text: string | null): number[] {
  const versions = (text ?? '')
    .split(',')
    .map(Number)
    .filter(version => Number.isSafeInteger(version) && version > 0);
  return [...new Set(versions)].slice(0, MAX_COMPARED_VERSIONS);
}
