/** Stages that are executed several times, and how their environments compare. */
export const instancesMessages = {
  'instances.count_one': '{{count, number}} instance',
  'instances.count_other': '{{count, number}} instances',
  'instances.progress': '{{ended}} of {{all}}',
  'instances.back': 'All instances of {{stage}}',
  'instances.table.title': 'Instances',
  'instances.table.caption': 'Executions of this stage in this run',
  'instances.column.status': 'Status',
  'instances.column.instance': 'Instance',
  'instances.column.environment': 'Environment',
  'instances.column.repeat': 'Repetition',
  'instances.column.duration': 'Duration',
  'instances.selected': 'Selected',
  'instances.parameters': 'Parameters selected by {{stage}}',
  'instances.selection':
    'Selected {{key}}: {{metric}} {{value}}, the best of {{measured}} measured.',
  'instances.plot.title': 'Parameters and {{metric}}',
  'instances.plot.label':
    'Parallel coordinates: one line for each instance through its parameters, coloured by {{metric}}. The table below has the same values.',
  'instances.plot.metric': 'Metric',
  'parity.title': 'Parity of environments',
  'parity.caption':
    'How far the predictions of two environments lie apart; on the diagonal, the noise floor between repetitions in one environment',
  'parity.reference': 'reference',
  'parity.figure': 'Figure',
  'parity.figure.d': 'd = Σ (y_A − y_B)²',
  'parity.figure.mean': 'mean = d / n',
  'parity.figure.max': 'max |y_A − y_B|',
  'parity.figure.p99': '99th percentile of |y_A − y_B|',
  'parity.figure.changed': 'share of changed predictions',
  'parity.noFloor': 'not repeated',
  'parity.floor': 'noise floor',
  'parity.equal': 'equal',
  'parity.withinNoise': 'within the noise',
  'parity.aboveNoise': 'above the noise',
  'parity.unmatched_one':
    '{{count, number}} prediction is not a number on one side',
  'parity.unmatched_other':
    '{{count, number}} predictions are not numbers on one side',
  'parity.differing.title': 'Examples that differ most',
  'parity.differing.caption':
    'Examples that differ most from {{reference}}, the largest difference first',
  'parity.differing.none': 'No prediction differs from the reference.',
  'parity.column.example': 'Example',
  'parity.column.reference': '{{reference}} (reference)',
  'parity.column.prediction': 'Prediction',
  'parity.column.difference': 'Difference',
  'parity.notANumber': 'no number',
  'parity.history.title': 'By run, against {{reference}}: {{figure}}',
  'parity.history.label':
    'How each environment differs from {{reference}}, run by run: {{figure}}',
  'parity.history.empty': 'Nothing was compared before.',
  'parity.history.point': '{{environment}}, run {{run}}: {{value}}',
  'parity.history.pointOfVersion':
    '{{environment}}, version {{version}}, run {{run}}: {{value}}',
} as const;
