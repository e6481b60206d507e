/** Labels and annotations of what Model CI makes in a namespace. */
export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** Which portal it belongs to: several may share a namespace. */
  instance: 'model-ci.dev/instance',
  attempt: 'model-ci.dev/attempt',
  run: 'model-ci.dev/run',
  stage: 'model-ci.dev/stage',
  service: 'model-ci.dev/service',
  environment: 'model-ci.dev/environment',
  version: 'model-ci.dev/version',
  /** The queue of Kueue that admits a pod. */
  queue: 'kueue.x-k8s.io/queue-name',
} as const;

export const ANNOTATIONS = {
  pipeline: 'model-ci.dev/pipeline',
  run: 'model-ci.dev/run',
  stage: 'model-ci.dev/stage',
  deployment: 'model-ci.dev/deployment',
  /** Of a Deployment: how many the version asks for, `min-max`. */
  replicas: 'model-ci.dev/replicas',
  environment: 'model-ci.dev/environment',
  version: 'model-ci.dev/version',
} as const;

export const MANAGER = 'model-ci';

/** What a label may hold of a text: other characters become dashes. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}
