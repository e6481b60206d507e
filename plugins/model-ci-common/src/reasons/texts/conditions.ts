/** Why a stage does not run, and what is wrong with a condition. */
export const conditionTexts = {
  'definition.emptyCondition':
    'says nothing; write branches, paths or needs, or remove it',
  'definition.needsNothing':
    'is about the stages that this one needs; add needs beside when',
  'definition.imageMayBeMissing':
    "'{{stage}}' may not have built its image where this stage runs; name another image, or remove when.needs",
  'stage.notOnBranch':
    'The stage runs only on branches {{branches}}, and this run is of {{branch}}.',
  'stage.ofNoBranch':
    'The stage runs only on branches {{branches}}, and this run is of no branch.',
  'stage.unchanged':
    'The stage runs only where {{paths}} changes, and this change touches none of that.',
  'stage.nothingFailed':
    'The stage runs only if a stage before it fails, and none did.',
  'stage.needsLeftOut':
    'The stage works on what "{{stage}}" makes, which was skipped.',
  'run.superseded':
    'Run {{number}} of the same branch or pull request replaced this one.',
  'run.waitsForRun':
    'Waits for run {{number}} of the same branch or pull request: its definition allows one at a time.',
  'error.notItsTurn':
    'Run {{number}} of {{pipeline}} cannot be retried while run {{other}} of its branch or pull request has not ended: its definition allows one at a time; wait for it, or cancel it',
  'run.nothingRan': 'The conditions of all stages kept them from running.',
  'run.withoutVersion':
    'No version was registered: it would lack the results of stages that were skipped ({{stages}}).',
} as const;
