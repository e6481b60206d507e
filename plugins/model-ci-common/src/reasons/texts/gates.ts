/** What gates say; `subject` is a metric, or one of the texts that begin with `gate.on`. */
export const gateTexts = {
  'gate.onDataset': '{{metric}} on {{dataset}}',
  'gate.above': '{{subject}} {{value}} is above the limit {{limit}}',
  'gate.below': '{{subject}} {{value}} is below the limit {{limit}}',
  'gate.between': '{{subject}} {{value}} is between {{min}} and {{max}}',
  'gate.within': '{{subject}} {{value}} is within the limit {{limit}}',
  'gate.reaches': '{{subject}} {{value}} reaches the limit {{limit}}',
  'gate.notMeasured':
    '{{subject}} was not measured: the report says that it is no number',
  'gate.noLimit':
    "{{subject}} cannot be judged: the gate has neither 'min' nor 'max'",
  'gate.severalDatasets':
    "{{metric}} was reported on several data sets ({{datasets}}): name the one that counts with the gate's 'dataset'",
  'gate.unnamedDataset': 'one without a name',
  'gate.noReport':
    "{{metric}} cannot be judged: the stage declares no metrics report; add 'reports.metrics'",
  'gate.notOnDataset':
    '{{metric}} was not reported on {{dataset}}, but on {{datasets}}',
  'gate.notReported': '{{metric}} was not reported: {{path}} holds {{metrics}}',
  'gate.noMetrics': '{{metric}} was not reported: {{path}} holds no metric',
  'gate.others_one': '{{count}} more',
  'gate.others_other': '{{count}} more',
  /** Why the stage failed. */
  'stage.gate': 'Gate: {{reason}}',
} as const;
