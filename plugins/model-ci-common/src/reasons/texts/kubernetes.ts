/** Why a pod waits, is refused, and how one was lost, where Kubernetes itself does not say it. */
export const kubernetesTexts = {
  'kubernetes.waitScheduler': 'The scheduler has not decided yet',
  'kubernetes.waitNode': 'Node {{node}} is preparing images and volumes',
  'kubernetes.waitWorkspace': 'The workspace is being fetched',
  'kubernetes.limitsDemanded':
    "A quota of the namespace takes no pods without limits ({{said}}). An administrator can give the cluster default 'resources' in app-config, or the namespace a LimitRange",
  'kubernetes.lostNode':
    'Node {{node}} no longer responds, and the cluster has given up its pods.',
  'kubernetes.lostPod': 'The pod has ended: {{why}}',
  'kubernetes.lostRemoved':
    'The pod is gone: somebody or something else removed it.',
  'kubernetes.lostResults':
    'The sidecar of the pod ended before it could be asked for the results: {{why}}',
  'kubernetes.lostSidecar':
    'The sidecar of the pod ended before the stage, which was then stopped: {{why}}',
  'kubernetes.lostStart': 'The container could not be started: {{error}}',
  'kubernetes.lostWorkspace': 'The workspace could not be fetched: {{error}}',
} as const;
