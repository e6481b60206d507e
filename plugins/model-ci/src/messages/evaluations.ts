/** The overview card, and the tab of evaluations with its versions. */
export const evaluationsMessages = {
  'overview.title': 'Model pipeline',
  'overview.definitionErrors_one':
    'Invalid definition on the default branch: {{count, number}} error',
  'overview.definitionErrors_other':
    'Invalid definition on the default branch: {{count, number}} errors',
  'overview.sourceSince': 'First seen:',
  'overview.moreErrors_one': '{{count, number}} more error',
  'overview.moreErrors_other': '{{count, number}} more errors',
  'overview.lastRun': 'Last run',
  'overview.noRun': 'No runs yet. Push a commit or start a run.',
  'overview.version': 'Latest version',
  'overview.noVersion':
    'No versions yet. A version is registered when a run of the default branch succeeds.',
  'overview.metrics': 'Metrics',
  'overview.noMetrics': 'This version has no metrics.',
  'overview.serving': 'Serving',
  'overview.openPipeline': 'Open pipeline {{name}}',

  'metric.change': '{{previous}} in the previous version',
  'metric.onDataset': 'on {{dataset}}',

  'evaluations.views': 'Views of the evaluations',
  'evaluations.view.metrics': 'Metrics',
  'evaluations.view.history': 'History',
  'evaluations.view.compare': 'Comparison',
  'evaluations.empty.title': 'No evaluations yet',
  'evaluations.empty.description':
    'Metrics appear here after a stage with a metrics report (reports.metrics in model-pipeline.yaml) has run.',
  'evaluations.scope.label': 'Show',
  'evaluations.scope.versions': 'Versions',
  'evaluations.scope.runs': 'All runs',
  'evaluations.noVersions.title': 'No versions yet',
  'evaluations.noVersions.description':
    'A version is registered when a run of the default branch succeeds. Select “All runs” to see the metrics of every run.',
  'evaluations.cut':
    'The first {{shown}} of {{total}} metrics are shown. Choose any of them in the history.',
  'evaluations.cutAtLeast':
    'The first {{shown}} of more than {{total}} metrics are shown. Choose others in the history.',
  'evaluations.chartLabel': '{{metric}} over {{points}} points',
  'evaluations.higherIsBetter': 'higher is better',
  'evaluations.lowerIsBetter': 'lower is better',
  'evaluations.gateMin': 'at least {{limit}}',
  'evaluations.gateMax': 'at most {{limit}}',
  'evaluations.noGate': 'no gate',
  'evaluations.point': '{{label}}: {{metric}} {{value}}',
  'evaluations.outside': 'gate failed',
  'evaluations.notMeasured': 'not measured',
  'evaluations.versionLabel': 'v{{version}}',
  'evaluations.runLabel': '#{{number}}',

  'evaluations.table.caption': 'Metrics by version or run, newest first',
  'evaluations.table.what': 'Version',
  'evaluations.table.run': 'Run',
  'evaluations.table.commit': 'Commit',
  'evaluations.table.at': 'Measured',
  'evaluations.table.servesIn': 'serves in {{environments}}',
  'evaluations.table.select': 'Compare version {{version}}',
  'evaluations.table.noVersion': 'none',

  'compare.title': 'Comparison',
  'compare.caption': 'Metrics of the selected versions',
  'compare.hint': 'Select two or more versions in the table to compare them.',
  'compare.open_one': 'Compare {{count, number}} version',
  'compare.open_other': 'Compare {{count, number}} versions',
  'compare.clear': 'Clear selection',
  'compare.metric': 'Metric',
  'compare.missing': 'not reported',
  'compare.notMeasured': 'not measured',
  'compare.reference': 'Reference',
} as const;
