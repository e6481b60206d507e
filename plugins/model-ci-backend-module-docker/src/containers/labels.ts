/** Labels of the containers that Model CI starts, for people who look at an engine by other means. */
export const LABELS = {
  /** `attempt`, `service`, `network` for what holds one open, or `kill` and `built` for notes of a kill and of a build's result; present on all of them. */
  managed: 'model-ci.dev/kind',
  attempt: 'model-ci.dev/attempt',
  run: 'model-ci.dev/run',
  stage: 'model-ci.dev/stage',
  pipeline: 'model-ci.dev/pipeline',
  service: 'model-ci.dev/service',
  deployment: 'model-ci.dev/deployment',
  environment: 'model-ci.dev/environment',
  version: 'model-ci.dev/version',
  gpus: 'model-ci.dev/gpus',
  /** Process that made a network. */
  owner: 'model-ci.dev/owner',
  /** JSON of what a build came to. */
  result: 'model-ci.dev/result',
  /** Why an attempt was killed. */
  reason: 'model-ci.dev/reason',
} as const;

type Label = (typeof LABELS)[keyof typeof LABELS];

/**
 * All labels of ours, so that a container has those that it is given and no other: whatever it is not given it would
 * have from its image, which anybody can write.
 */
export function ownLabels(
  given: Partial<Record<Label, string>>,
): Record<string, string> {
  return {
    ...Object.fromEntries(Object.values(LABELS).map(label => [label, ''])),
    ...given,
  };
}
