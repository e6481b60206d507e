/** What gates say; `subject` is the name of a metric, or `gate.on`. */
export const gateTexts = {
  'gate.on': '{{metric}} on {{places}}',
  'gate.baseline': '{{name}} (version {{version}})',
  'gate.interval': '{{lower}} to {{upper}}',
  'gate.atLeast': '≥ {{limit}}',
  'gate.atMost': '≤ {{limit}}',
  'gate.betterBy': '{{amount}} better',
  'gate.worseBy': '{{amount}} worse',
  'gate.equal': 'equal',
  'gate.above': '{{subject}} {{value}} is above the limit {{limit}}',
  'gate.below': '{{subject}} {{value}} is below the limit {{limit}}',
  'gate.between': '{{subject}} {{value}} is between {{min}} and {{max}}',
  'gate.within': '{{subject}} {{value}} is within the limit {{limit}}',
  'gate.reaches': '{{subject}} {{value}} reaches the limit {{limit}}',
  'gate.notMeasured':
    '{{subject}} was not measured: the report says that it is not a number',
  'gate.noNumber': '{{subject}} was not measured: its examples give no number',
  'gate.contradicts':
    '{{subject}} is contradictory: the report says {{reported}}, the examples give {{computed}}',
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
  'gate.others_one': '{{count, number}} more',
  'gate.others_other': '{{count, number}} more',
  'gate.clears':
    '{{subject}} {{value}} clears the limit {{limit}}: its interval is {{interval}}',
  'gate.misses':
    '{{subject}} {{value}} misses the limit {{limit}}: its interval is {{interval}}',
  'gate.undecided':
    '{{subject}} {{value}} may lie on either side of the limit {{limit}}: its interval is {{interval}}',
  'gate.notWorse':
    '{{subject}} is not worse than {{baseline}} by more than {{margin}}: it is {{difference}}, with an interval of {{interval}}',
  'gate.sameModel_one':
    '{{subject}} is that of {{baseline}}: it is the same model. Its artifacts, commands, parameters and code, all but documentation, are the same, and so is its prediction for {{count, number}} example',
  'gate.sameModel_other':
    '{{subject}} is that of {{baseline}}: it is the same model. Its artifacts, commands, parameters and code, all but documentation, are the same, and so are its predictions for {{count, number}} examples',
  'gate.worse':
    '{{subject}} is worse than {{baseline}} by more than {{margin}}: it is {{difference}}, with an interval of {{interval}}',
  'gate.undecidedAgainst':
    '{{subject}} may be worse than {{baseline}} by more than {{margin}}, or not: it is {{difference}}, with an interval of {{interval}}',
  'gate.wouldDecide_one':
    '{{reason}}; about {{count, number}} example would decide',
  'gate.wouldDecide_other':
    '{{reason}}; about {{count, number}} examples would decide',
  'gate.firstVersion':
    'This is the first version: there is no {{baseline}} yet with which {{subject}} could be compared',
  'gate.noBaseline': '{{subject}} cannot be compared: {{reason}}',
  'baseline.noVersion':
    'there is no version {{version}}; name one that exists, or an alias',
  'baseline.aliasRemoved':
    "the alias '{{name}}' was removed; set it again, then start a new run",
  'baseline.nothingServes':
    "nothing serves in '{{name}}' at the moment; deploy a version there, or compare with an alias, then start a new run",
  'baseline.unknown':
    "there is no alias and no environment '{{name}}'; correct the name, or set the alias, then start a new run",
  'baseline.notPlanned':
    'what to compare with was not recorded when the run started; start a new run',
  'gate.noDirection':
    "{{subject}} cannot be compared: nothing says whether higher or lower is better; add it to 'reports.directions'",
  'gate.notLower':
    "{{subject}} is not compared: higher is better, but the report of this version says that lower is; state which in 'reports.directions'",
  'gate.notHigher':
    "{{subject}} is not compared: lower is better, but the report of this version says that higher is; state which in 'reports.directions'",
  'gate.noExamples':
    "{{subject}} cannot be judged with confidence: the stage reports no examples for it; add 'reports.predictions', or 'stderr' and 'n' to the metrics report",
  'gate.noScore':
    '{{subject}} cannot be judged with confidence: the examples have no score of that name, and it is not computed from predictions',
  'gate.severalExamples':
    "{{metric}} can be computed from the examples of several data sets: name the one that counts with the gate's 'dataset'",
  'gate.noExamplesToCompare':
    "{{subject}} cannot be compared: the stage reports no examples for it; add 'reports.predictions'",
  'gate.noBaselineExamples':
    '{{subject}} cannot be compared: {{baseline}} has no examples for it in this stage',
  'gate.noTarget':
    '{{subject}} cannot be computed: the examples have no target',
  'gate.notNumbers':
    '{{subject}} cannot be computed: predictions and targets must be numbers',
  'gate.notBinary':
    '{{subject}} cannot be computed: the targets must be of two classes of which one is known to be positive, such as 0 and 1',
  'gate.incomplete':
    '{{subject}} was not measured: some examples have no prediction or no target',
  'gate.examplesNotMeasured_one':
    '{{subject}} was not measured for {{count, number}} example: {{ids}}',
  'gate.examplesNotMeasured_other':
    '{{subject}} was not measured for {{count, number}} examples: {{ids}}',
  'gate.baselineNotMeasured_one':
    '{{subject}} cannot be compared: {{baseline}} was not measured for {{count, number}} example: {{ids}}',
  'gate.baselineNotMeasured_other':
    '{{subject}} cannot be compared: {{baseline}} was not measured for {{count, number}} examples: {{ids}}',
  'gate.metricUndefined':
    '{{subject}} does not exist for these examples, or for too many samples of them',
  'gate.tooFew':
    '{{subject}} has no spread to judge by: fewer than two examples, or groups, were measured',
  'gate.tooFewUnits':
    '{{subject}} rests on {{units, number}} independent examples or groups: its interval takes at least {{count, number}}',
  'gate.noSlices':
    "{{metric}} was measured on no slice '{{slices}}': report it in 'reports.predictions', with at most 200 different values",
  'gate.tooManySlices':
    "{{metric}} is not judged on the slices '{{slices}}': they have {{values, number}} different values, more than {{max, number}}",
  'gate.sliceNotMeasured':
    '{{subject}} was not measured: no example and no report of this version names this slice',
  'gate.sliceWithoutExamples':
    "{{subject}} cannot be judged with confidence: no example names this slice; add it to 'slices' in 'reports.predictions', or 'stderr' and 'n' to the metrics report",
  'gate.sliceNotCompared':
    "{{subject}} cannot be compared: no example of this version names this slice; add it to 'slices' in 'reports.predictions'",
  'gate.otherData':
    '{{subject}} is not compared with {{baseline}}: it was measured on other data',
  'gate.otherTask':
    '{{subject}} is not compared with {{baseline}}: the task was different',
  'gate.duplicateIds_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} id was used twice: {{ids}}',
  'gate.duplicateIds_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} ids were used twice: {{ids}}',
  'gate.missingIds_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} example of it is missing: {{ids}}',
  'gate.missingIds_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} examples of it are missing: {{ids}}',
  'gate.extraIds_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} example is new: {{ids}}',
  'gate.extraIds_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} examples are new: {{ids}}',
  'gate.otherGroups_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} example is in another group: {{ids}}',
  'gate.otherGroups_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} examples are in another group: {{ids}}',
  'gate.otherTargets_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} example has another target: {{ids}}',
  'gate.otherTargets_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} examples have other targets: {{ids}}',
  'gate.otherSlices_one':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} example is in another slice: {{ids}}',
  'gate.otherSlices_other':
    '{{subject}} is not compared with {{baseline}}: {{count, number}} examples are in other slices: {{ids}}',
  /** Why the stage failed. */
  'stage.gate': 'Gate: {{reason}}',
} as const;
