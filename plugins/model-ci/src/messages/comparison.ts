/** Versions against each other, example by example, and the small charts of the overview. */
export const comparisonMessages = {
  'compare.add': 'Add version',
  'compare.onlyDifferent': 'Only what differs',
  'compare.parameters': 'Parameters',
  'compare.datasets': 'Data sets',
  'compare.code': 'Code',
  'compare.makeReference': 'Compare with {{version}}',
  'compare.remove': 'Remove {{version}}',
  'compare.diff': 'changes since {{from}}',
  'compare.sameCode': 'same code',
  'compare.copyDiff': 'Copy the command that shows the changes',
  'difference.better': 'better',
  'difference.worse': 'worse',
  'difference.different': 'different',
  'difference.inconclusive': 'too close to call',
  'difference.unknownDirection':
    'Which direction is better is not known: state it as higherIsBetter in the report or in reports.directions of model-pipeline.yaml.',
  'difference.none': 'no interval: {{why}}',
  'difference.examples_one': '{{count, number}} example',
  'difference.examples_other': '{{count, number}} examples',
  'difference.pairs_one': '{{count, number}} pair',
  'difference.pairs_other': '{{count, number}} pairs',
  'difference.basis.paired':
    '95 % interval of the difference on the same examples ({{method}})',
  'difference.basis.unpaired':
    '95 % interval of the difference from the reported standard errors, as if the examples were different ones',
  'difference.why.other-data': 'measured on different data',
  'difference.why.several-examples':
    'several reports of examples belong to this metric',
  'difference.why.contradicted':
    'the report and the examples give different numbers',
  'difference.why.no-spread-reported':
    'no examples and no standard error were reported',
  'difference.why.not-measured': 'some examples were not measured',
  'difference.why.no-examples': 'there are no examples',
  'difference.why.one-example': 'there is only one example',
  'difference.why.one-group': 'all examples are in one group',
  'difference.why.too-few-units':
    'too few independent examples for an interval',
  'difference.why.metric-undefined':
    'the metric does not exist for these examples',
  'difference.why.unknown':
    'the examples have no such score, and no standard error was reported',
  'difference.why.no-target': 'the examples have no targets',
  'difference.why.incomplete': 'some examples have no prediction or no target',
  'difference.why.not-numbers': 'predictions are not numbers',
  'difference.why.not-binary': 'targets are not two classes',
  'examples.title':
    'Examples: version {{candidate}} against version {{baseline}}',
  'examples.noSets':
    'These versions have no examples in common. Report predictions (reports.predictions in model-pipeline.yaml) to compare them one by one.',
  'examples.caption': 'Examples as both versions answered them',
  'examples.notSame': 'This is not the same data:',
  'examples.mismatch.duplicate-ids':
    'some ids occur more than once: {{number}} ({{ids}} …)',
  'examples.mismatch.missing-ids':
    'examples that only the first version has: {{number}} ({{ids}} …)',
  'examples.mismatch.extra-ids':
    'examples that only the second version has: {{number}} ({{ids}} …)',
  'examples.mismatch.other-groups':
    'examples that are in other groups: {{number}} ({{ids}} …)',
  'examples.mismatch.other-targets':
    'examples that have other targets: {{number}} ({{ids}} …)',
  'examples.mismatch.other-slices':
    'examples that are in other slices: {{number}} ({{ids}} …)',
  'examples.mismatch.other-data': 'the digests of the data sets differ',
  'examples.mismatch.other-task':
    'the tasks differ in prompt, scoring or version',
  'examples.common_one': '{{count, number}} example is in both.',
  'examples.common_other': '{{count, number}} examples are in both.',
  'examples.showCommon': 'Compare the examples that both have',
  'examples.with': 'Version',
  'examples.set': 'Example set',
  'examples.by': 'By',
  'examples.order': 'Order',
  'examples.flips': 'Show',
  'examples.text': 'Id, text, answer or target',
  'examples.sort.regression': 'Regressions first',
  'examples.sort.improvement': 'Improvements first',
  'examples.sort.id': 'By id',
  'examples.sortOfUnknown.regression': 'Largest decreases first',
  'examples.sortOfUnknown.improvement': 'Largest increases first',
  'examples.sortOfUnknown.id': 'By id',
  'examples.flipOfUnknown.worse': 'Lower',
  'examples.flipOfUnknown.better': 'Higher',
  'examples.flipOfUnknown.changed': 'Changed',
  'examples.flip.lost': 'Right before, wrong now',
  'examples.flip.gained': 'Wrong before, right now',
  'examples.flip.worse': 'Worse',
  'examples.flip.better': 'Better',
  'examples.flip.changed': 'Changed',
  'examples.improvement':
    'by {{metric}}: {{value}} (95 % interval {{lower}} to {{upper}}; above 0 is better)',
  'examples.difference':
    'by {{metric}}: {{value}} (95 % interval {{lower}} to {{upper}}; above 0 is higher)',
  'examples.countsOfUnknown':
    '{{higher}} higher, {{lower}} lower, {{equal}} equal',
  'examples.counts': '{{better}} better, {{worse}} worse, {{equal}} equal',
  'examples.unmeasured_one': '{{count, number}} not measured',
  'examples.unmeasured_other': '{{count, number}} not measured',
  'examples.shown_one': '{{count, number}} matches the filter',
  'examples.shown_other': '{{count, number}} match the filter',
  'examples.column.id': 'Example',
  'examples.column.change': 'Change',
  'examples.column.target': 'Target',
  'examples.column.slices': 'Group and slices',
  'examples.openLedger': 'Show this example over all versions',
  'ledger.title': 'Example {{id}} over all versions',
  'ledger.wrongSince': 'Wrong since version {{version}}.',
  'ledger.flips_one': 'It flipped {{count, number}} time.',
  'ledger.flips_other': 'It flipped {{count, number}} times.',
  'ledger.answer': 'Answer',
  'ledger.right': 'Right?',
  'ledger.isRight': 'right',
  'ledger.isWrong': 'wrong',
  'ledger.notFound': 'not among its examples',
  'overview.trend': '{{metric}}: {{values}}',
  'overview.against': 'Changes against version {{version}} in {{environment}}',
  'overview.newestServes': 'The newest version serves in {{environment}}.',
  'overview.againstChampion':
    'Changes against the champion, version {{version}}: nothing is deployed',
  'overview.newestIsChampion': 'The newest version is the champion.',
  'overview.nothingServes':
    'Nothing to compare with yet: no version is deployed or the champion.',
  'overview.openGates': 'Show gates',
  'overview.gate': 'Gate: {{verdict}}',
  'overview.noInterval': '(no interval)',
} as const;
