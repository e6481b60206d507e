export const runTexts = {
  'run.cancelled': 'The run was cancelled.',
  'run.cancelledBy': 'Cancelled by {{by}}.',
  'run.noExecutor':
    'No executor is installed in this portal: an administrator has to add a module with one to the backend; then retry the run.',
  'run.source': 'Runs commit {{commit}} with tree {{tree}}',
  'run.sourceInvalid': 'The source could not be read: {{error}}.',
  'run.sourceRefused':
    'The source could not be read: {{error}}. Check that the branch or commit exists, and that the integration in app-config for this code host may read it; then retry the run.',
  'run.sourceUnreadable_one':
    'The source could not be read: {{error}}. Check that {{url}} answers and that the artifact store can be written to; then retry the run.',
  'run.sourceUnreadable_other':
    'The source could not be read in {{count, number}} tries: {{error}}. Check that {{url}} answers and that the artifact store can be written to; then retry the run.',
  'run.sourceRetried':
    'The source could not be read and will be read again: {{error}}',
  'run.definitionInvalidMore_one':
    '{{first}} (and {{count, number}} more error)',
  'run.definitionInvalidMore_other':
    '{{first}} (and {{count, number}} more errors)',
  'run.stageFailed': 'Stage "{{stage}}" failed.',
  'run.stageFailedBecause': 'Stage "{{stage}}" failed: {{reason}}',
  'run.stageErrored': 'Stage "{{stage}}" could not be run.',
  'run.stageErroredBecause': 'Stage "{{stage}}" could not be run: {{reason}}',
  'run.stagesFailed': 'Stages {{stages}} failed.',
  'run.stagesFailedBecause':
    'Stages {{stages}} failed. Stage "{{stage}}": {{reason}}',
  'run.stagesErrored': 'Stages {{stages}} could not be run.',
  'run.stagesErroredBecause':
    'Stages {{stages}} could not be run. Stage "{{stage}}": {{reason}}',
  'stage.needsFailed': 'The stage needs "{{stage}}", which failed.',
  'stage.needsErrored': 'The stage needs "{{stage}}", which could not be run.',
  'stage.needsCancelled': 'The stage needs "{{stage}}", which was cancelled.',
  'stage.needsSkipped': 'The stage needs "{{stage}}", which was skipped.',
  'stage.instanceEnded': 'No reason was given.',
  'stage.instancesFailed_one': 'Instance {{first}} failed: {{reason}}',
  'stage.instancesFailed_other':
    '{{count, number}} instances failed, among them {{instances}}. {{first}}: {{reason}}',
  'stage.instancesErrored_one':
    'Instance {{first}} could not be run: {{reason}}',
  'stage.instancesErrored_other':
    '{{count, number}} instances could not be run, among them {{instances}}. {{first}}: {{reason}}',
  'stage.noneSelected':
    'No instance succeeded, so none could be selected. {{reason}}',
  'stage.notMeasured':
    'No instance that succeeded reported {{metric}} exactly once, so none could be selected; report it, or name the data set that counts.',
  'parity.noPredictions':
    'Instance {{instance}} has no predictions to compare.',
  'parity.otherExamples':
    '{{instance}} predicts other examples than {{reference}}, so they cannot be compared: {{missing, number}} missing, {{extra, number}} more, among them {{ids}}.',
  'parity.otherKinds':
    '{{instance}} predicts numbers where {{reference}} predicts labels or texts, or the other way round, so they cannot be compared.',
  'parity.notMeasured':
    '{{metric}} does not exist for predictions that are labels or texts; use a gate on parity.changed.',
  'parity.unmatched_one':
    '{{environment}} and {{reference}} differ in {{count, number}} prediction that is a number on one side only.',
  'parity.unmatched_other':
    '{{environment}} and {{reference}} differ in {{count, number}} predictions that are numbers on one side only.',
  'parity.notReproducible':
    'The predictions are not reproducible within {{environment}}: between its own repetitions, {{reason}}.',
  'parity.between': '{{environment}} against {{reference}}: {{reason}}',
  'stage.continued': 'Continued by {{by}}: {{reason}}',
  'stage.stopped': 'Stopped by {{by}}: {{reason}}',
  'stage.inconclusive_one':
    'The gates can neither pass nor fail the stage: {{reason}}',
  'stage.inconclusive_other':
    '{{count, number}} gates can neither pass nor fail the stage. The first: {{reason}}',
  'stage.decisionTimedOut': 'Nobody decided in time.',
  'alias.promoted': 'Run {{number}} promoted its version.',
  'promotion.refused': 'Not promoted to {{alias}}: {{reason}}.',
  'promotion.gatesNotPassed': 'the gates of stage "{{stage}}" have not passed',
  'promotion.notPlanned':
    'when the run started, nothing was recorded about {{alias}}; start a new run',
  'promotion.moved':
    '{{alias}} moved to #{{version}} meanwhile, with which this run was not compared; start a new run',
  'promotion.removed':
    '{{alias}} was removed meanwhile; set it by hand, or start a new run',
  'promotion.laterRun':
    '{{alias}} already points to #{{version}} of the later run {{number}}',
  'promotion.notAllowed':
    '{{user}} may not: moving an alias takes the permission to deploy. {{reason}}',
  'stage.hold':
    'The definition holds the run here until somebody has looked at the results.',
} as const;
