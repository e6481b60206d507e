/** How services fare that a cluster keeps alive. `said` is in the words of Kubernetes. */
export const serviceTexts = {
  'service.deploymentRemoved':
    'Deployment {{name}} was removed from cluster {{cluster}}',
  'service.addressRemoved':
    'Service {{name}} was removed from cluster {{cluster}}',
  'service.preparing': 'Its pods are being created',
  'service.starting': 'It is being started',
  'service.startingOn': 'It is being started on {{node}}',
  'service.silent': 'The health path does not return 200 on {{node}}',
  'service.notFetched': 'Its workspace could not be fetched: {{said}}',
  'service.imageFailed': 'Its image cannot be pulled: {{said}}',
  'service.unschedulable': 'No node can run it: {{said}}',
  'service.podsRefused': 'The cluster rejects its pods: {{said}}',
  'service.crashed':
    'It exited with code {{exitCode}}, and the cluster starts it again (Kubernetes: {{said}})',
  'service.outOfMemory':
    'It needed more memory than it asked for; raise resources.memory of serving',
  'service.scaled':
    'Somebody has scaled Deployment {{name}} in cluster {{cluster}} to {{replicas}}, and the version asks for {{wanted}}. Scale it back, or deploy the version again',
  'service.edited':
    'Somebody has changed Deployment {{name}} in cluster {{cluster}} with {{manager}} at {{time}}, so that what answers may not be this version. Deploy the version again',
} as const;
