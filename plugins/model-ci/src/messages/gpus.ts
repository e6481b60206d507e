/** What the GPUs of runs did. */
export const gpusMessages = {
  'gpus.time': 'GPU time',
  'gpus.energy': 'GPU energy',
  'gpus.estimated': '{{energy}}, estimated',
  'gpus.driver': 'Driver {{driver}}',
  'gpus.measured': 'Measured for {{time}}',
  'gpus.utilization': 'Utilization',
  'gpus.mean': '{{share}} on average',
  'gpus.memory': 'Memory',
  'gpus.peak': 'Peak {{peak}} of {{total}}',
  'gpus.power': 'Power',
  'gpus.empty.title': 'Nothing recorded',
  'gpus.empty.omitted':
    'This run has more GPUs than are listed; {{omitted, number}} are left out. They count in its total.',
  'gpus.empty.description':
    'GPUs are recorded on nodes of this portal that have nvidia-smi: the machines of process, and Docker Engines on the machine of the backend.',
} as const;
