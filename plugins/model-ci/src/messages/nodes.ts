/** The page of nodes and the queue. */
export const nodesMessages = {
  'nodes.title': 'Nodes',
  'nodes.caption': 'Compute nodes',
  'nodes.column.node': 'Node',
  'nodes.column.executor': 'Executor',
  'nodes.column.health': 'Health',
  'nodes.column.cpus': 'CPUs',
  'nodes.column.memory': 'Memory',
  'nodes.column.gpus': 'GPUs',
  'nodes.column.running': 'Running',
  'nodes.column.labels': 'Labels',
  'nodes.health.healthy': 'Healthy',
  'nodes.health.unreachable': 'Unreachable',
  'nodes.usage': '{{used}} of {{total}}',
  'nodes.usageLabel':
    '{{resource}} of {{node}}: {{used}} of {{total}} reserved',
  'nodes.empty.title': 'No nodes',
  'nodes.empty.description':
    'No executor is configured. Add one under modelCi.executors in app-config and install its backend module.',
  'nodes.queue.title': 'Queue',
  'nodes.queue.caption': 'Stages that wait for a node',
  'nodes.queue.empty':
    'Nothing waits. Every stage that could start has started.',
  'nodes.queue.column.position': 'Position',
  'nodes.queue.column.pipeline': 'Pipeline',
  'nodes.queue.column.run': 'Run',
  'nodes.queue.column.stage': 'Stage',
  'nodes.queue.column.executor': 'Executor',
  'nodes.queue.column.waiting': 'Waiting',
  'nodes.queue.column.reason': 'Why',
} as const;
