import {
  parseStageKey,
  type Run,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Whether a stage of the run, or the one that is named by its key, asks for GPUs; in some environment, where it has several. */
export function asksForGpus({ definition }: Run, key?: string): boolean {
  const name = key === undefined ? undefined : parseStageKey(key).stage;
  return Object.entries(definition?.stages ?? {}).some(
    ([stage, { resources, on = {} }]) =>
      (name === undefined || name === stage) &&
      [resources, ...Object.values(on).map(own => own.resources)].some(
        asked => (asked?.gpus ?? 0) > 0,
      ),
  );
}
