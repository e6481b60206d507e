export const placementTexts = {
  'placement.executorNotInstalled':
    'executor {{executor}} is not installed: add its backend module and enable it under modelCi.executors.{{executor}}',
  'placement.executorWithoutNode':
    'executor {{executor}} has no node: name one under modelCi.executors.{{executor}}',
  'placement.noSuchNode':
    "executor {{executor}} has no node '{{node}}': correct modelCi.environments, or add the node under modelCi.executors.{{executor}}",
  'placement.noMatch': 'no node matches {{labels}}',
  'placement.noBuilder':
    'no node of executor {{executor}} that matches nodeSelector builds images; correct nodeSelector, or configure image builds for one of them',
  'placement.imageElsewhere':
    'its image is only on {{node}}, where executor {{executor}} cannot place it; place it there, or have images pushed to a registry (push of modelCi.registries)',
  'placement.unreachable':
    'executor {{executor}} has no reachable engine: {{message}}',
  'placement.noAnswer': '{{node}} does not answer',
  'placement.noNodeLargeEnough':
    'no node is large enough; the nearest, {{node}}, is too small even when nothing runs: {{lacks}}',
  'placement.tooLittleFree': '{{node}} has too little free: {{lacks}}',
  'placement.gpus_one': '{{count, number}} GPU needed, {{free}} free',
  'placement.gpus_other': '{{count, number}} GPUs needed, {{free}} free',
  'placement.cpus_one': '{{count, number}} CPU needed, {{free}} free',
  'placement.cpus_other': '{{count, number}} CPUs needed, {{free}} free',
  'placement.memory': '{{needed}} of memory needed, {{free}} free',
  'placement.clusterFull_one':
    '{{node}} holds {{count, number}} attempt of this portal already, as many as its maxSubmitted allows',
  'placement.clusterFull_other':
    '{{node}} holds {{count, number}} attempts of this portal already, as many as its maxSubmitted allows',
  'placement.cordoned':
    'every node that matches is cordoned, so that nothing new is placed there: {{nodes}}',
  'placement.cordonedNode': '{{node}} ({{reason}})',
  'placement.behind': '{{reason}}; {{ahead}} ahead',
  'placement.manyAhead': 'many stages are ahead',
  'placement.backendFull_one':
    '{{node}} has room, but the backend works on {{count, number}} attempt already, as many as modelCi.engine.maxHeldAttempts allows',
  'placement.backendFull_other':
    '{{node}} has room, but the backend works on {{count, number}} attempts already, as many as modelCi.engine.maxHeldAttempts allows',
  'placement.starting': 'about to start on {{node}}',
  'placement.pulling': 'pulling image {{image}} on {{node}}',
  'placement.unreadable':
    'what it needs cannot be read from the database; an administrator can declare it lost',
} as const;
