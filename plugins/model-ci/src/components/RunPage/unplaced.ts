import {
  stageKey,
  type Reason,
  type Run,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What no waiting changes while the nodes are as they are. */
const IN_VAIN = [
  'placement.executorNotInstalled',
  'placement.executorWithoutNode',
  'placement.noSuchNode',
  'placement.noMatch',
  'placement.noBuilder',
  'placement.noNodeLargeEnough',
];

export function waitsInVain(waitingFor: Reason | undefined): boolean {
  return waitingFor !== undefined && IN_VAIN.includes(waitingFor.code);
}

/** The stages and instances of a run that wait for what nobody has, by their keys, in its order. */
export function findUnplaced(
  run: Run,
): Array<{ stage: string; reason: Reason }> {
  return run.stages.flatMap(({ name, waitingFor, instances = [] }) =>
    [
      { stage: name, reason: waitingFor },
      ...instances.map(({ key, waitingFor: reason }) => ({
        stage: stageKey(name, key),
        reason,
      })),
    ].flatMap(({ stage, reason }) =>
      reason && waitsInVain(reason) ? [{ stage, reason }] : [],
    ),
  );
}
