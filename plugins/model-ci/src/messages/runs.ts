/** The list of runs, and the page of one run but for its log. */
export const runsMessages = {
  'runs.caption': 'Runs of this pipeline, newest first',
  'runs.column.status': 'Status',
  'runs.column.run': 'Run',
  'runs.column.commit': 'Commit',
  'runs.column.by': 'Started by',
  'runs.column.started': 'Started',
  'runs.column.duration': 'Duration',
  'runs.column.actions': 'Actions',
  'runs.filter.status': 'Status',
  'runs.filter.branch': 'Branch',
  'runs.start': 'Run',
  'runs.startLabel': 'Start a run',
  'runs.startDialog.title': 'Start a run',
  'runs.startDialog.description':
    'Runs the pipeline at the latest commit of a branch or tag, or at a specific commit.',
  'runs.startDialog.ref': 'Branch, tag or commit',
  'runs.startDialog.refHelp':
    'Leave empty to use the default branch ({{branch}}).',
  'runs.startDialog.defaultBranch': 'of the repository',
  'runs.startDialog.submit': 'Start',
  'runs.startDialog.choose': 'Choose a value',
  'runs.startDialog.between': 'From {{min}} to {{max}}.',
  'runs.startDialog.atLeast': 'At least {{min}}.',
  'runs.startDialog.atMost': 'At most {{max}}.',
  'runs.startDialog.parametersUnknown': 'The parameters could not be read',
  'runs.startDialog.definitionInvalid':
    'The pipeline definition of this commit is invalid. The run will list its errors.',
  'runs.cancel': 'Cancel',
  'runs.cancelLabel': 'Cancel run {{number}}',
  'runs.cancelDialog.title': 'Cancel run {{number}}?',
  'runs.cancelDialog.description':
    'Running stages are stopped and waiting stages are not started. Results produced so far are kept.',
  'runs.cancelDialog.keep': 'Keep running',
  'runs.cancelDialog.confirm': 'Cancel run',
  'runs.retry': 'Retry',
  'runs.retryLabel': 'Retry run {{number}}',
  'runs.retryHelp':
    'Reruns the stages that did not succeed and all stages that depend on them.',
  'runs.retryInvalid':
    'The pipeline definition of this commit is invalid. Fix it and push the change to start a new run.',
  'runs.retryStage': 'Retry from here',
  'runs.empty.title': 'No runs yet',
  'runs.empty.description': 'Push a commit to the repository or start a run.',
  'runs.noMatch.title': 'No matching runs',
  'runs.noMatch.description': 'No runs match the selected filters.',

  'allRuns.caption': 'Runs of all pipelines, newest first',
  'allRuns.filter.pipeline': 'Search by pipeline',
  'allRuns.empty.description':
    'Runs appear here once a pipeline has been started.',

  'run.title': 'Run {{number}}',
  'run.titleUnknown': 'Run',
  'run.notFound':
    'This run does not exist, or you do not have permission to see it',
  'run.pipeline': 'Pipeline',
  'run.commit': 'Commit',
  'run.tree': 'Tree',
  'run.branch': 'Branch',
  'run.parameters': 'Parameters',
  'run.startedBy': 'Started by',
  'run.build': 'Build',
  'run.buildOf': '{{ci}}, build {{build}}',
  'run.buildAttempt': '{{ci}}, build {{build}}, attempt {{attempt}}',
  'run.external': 'Another CI',
  'run.created': 'Created',
  'run.duration': 'Duration',
  'run.version': 'Registered version',
  'run.versionNone': 'None',
  'run.promoted': 'promoted to {{alias}}',
  'run.definitionErrors.title_one':
    'Invalid definition: model-pipeline.yaml has {{count, number}} error',
  'run.definitionErrors.title_other':
    'Invalid definition: model-pipeline.yaml has {{count, number}} errors',
  'run.definitionErrors.caption': 'Errors in the pipeline definition',
  'run.definitionErrors.position': 'Line',
  'run.definitionErrors.path': 'Key',
  'run.definitionErrors.message': 'Error',
  'run.graph.title': 'Stages',
  'run.graph.label':
    'Stage graph. Press Tab to move between stages and Enter to select one.',
  'run.graph.stageLabel': 'Stage {{stage}}: {{status}}, {{duration}}',
  'run.graph.allowFailure': 'may fail',
  'run.graph.allowFailureHelp': 'The run can succeed even if this stage fails.',
  'run.graph.empty': 'Stages appear once the source has been read.',
  'run.graph.zoomIn': 'Zoom in',
  'run.graph.zoomOut': 'Zoom out',
  'run.graph.fit': 'Show all stages',
  'run.stage.title': 'Stage {{stage}}',
  'run.stage.attempt': 'Attempt',
  'run.stage.attemptOption': 'Attempt {{number}}: {{status}}',
  'run.stage.waitingFor': 'Waiting: {{reason}}',
  'run.stage.exitCode': 'Exit code {{code}}',
  'run.stage.on': 'on {{node}}',
  'run.stage.imageOf': 'image of {{stage}}',
  'run.stage.builtImage': 'Built image',
  'run.stage.notStarted': 'This stage has not started yet.',
  'run.stage.skipped': 'This stage was skipped.',
  'run.tab.log': 'Log',
  'run.tab.tests': 'Tests',
  'run.tab.artifacts': 'Artifacts',
  'run.tab.gates': 'Gates and reports',
  'run.tab.attempts': 'Attempts',
  'run.tab.gpus': 'GPUs',
  'run.tab.label': 'Results of stage {{stage}}',

  'run.tests.caption': 'Test cases, failed first',
  'run.tests.status.passed': 'Passed',
  'run.tests.status.failed': 'Failed',
  'run.tests.status.errored': 'Errored',
  'run.tests.status.skipped': 'Skipped',
  'run.tests.count': '{{status}}: {{number}}',
  'run.tests.filterText': 'Search test cases',
  'run.tests.filterStatus': 'Filter by status',
  'run.tests.column.status': 'Status',
  'run.tests.column.test': 'Test',
  'run.tests.column.suite': 'Class',
  'run.tests.column.duration': 'Duration',
  'run.tests.more': 'Show more',
  'run.tests.empty.title': 'No test results',
  'run.tests.empty.description':
    'To show test results here, set reports.junit in model-pipeline.yaml to the JUnit XML files that the stage writes.',
  'run.tests.noMatch': 'No test cases match the selected filters.',
  'run.tests.detailsOf': 'Details of {{test}}',

  'run.artifacts.caption': 'Artifacts of this stage',
  'run.artifacts.column.name': 'Name',
  'run.artifacts.column.path': 'Path',
  'run.artifacts.column.size': 'Size',
  'run.artifacts.column.digest': 'Digest',
  'run.artifacts.column.actions': 'Actions',
  'run.artifacts.download': 'Download',
  'run.artifacts.downloadLabel': 'Download {{name}}',
  'run.artifacts.empty.title': 'No artifacts',
  'run.artifacts.empty.description':
    'To keep files of this stage, list them under artifacts in model-pipeline.yaml.',

  'run.gates.caption': 'Gates of this stage',
  'run.gates.column.verdict': 'Verdict',
  'run.gates.column.stage': 'Stage',
  'run.gates.column.metric': 'Metric',
  'run.gates.column.rule': 'Rule',
  'run.gates.column.value': 'Value',
  'run.gates.column.message': 'Reason',
  'run.gates.verdict.pass': 'Passed',
  'run.gates.verdict.fail': 'Failed',
  'run.gates.verdict.inconclusive': 'Inconclusive',
  'run.gates.noValue': 'not reported',
  'run.gates.rule.margin': 'at most {{margin}} worse than {{baseline}}',
  'run.gates.rule.equal': 'not worse than {{baseline}}',
  'run.gates.edge.limit': 'limit {{value}}',
  'run.gates.edge.margin': 'margin {{value}}',
  'run.gates.edge.equal': 'equal 0',
  'run.gates.promise.only': '{{level}} interval.',
  'run.gates.promise.alone_one':
    '{{level}} interval by itself; {{count, number}} other gate was judged with it.',
  'run.gates.promise.alone_other':
    '{{level}} interval by itself; {{count, number}} other gates were judged with it.',
  'run.gates.promise.joint_one':
    '{{level}} interval, together with {{count, number}} other gate.',
  'run.gates.promise.joint_other':
    '{{level}} interval, together with {{count, number}} other gates.',
  'run.gates.promise.instances':
    '{{level}} interval, together with the other gates of all instances.',
  'run.gates.promise.difference':
    'Difference from {{baseline}}; above 0 is better.',
  'run.gates.legend':
    'Bar: interval; dot: estimate; dashed line: limit or margin; thin line: no difference.',
  'run.gates.picture':
    'Estimate {{estimate}}, interval {{lower}} to {{upper}}, limit {{limit}}',
  'run.gates.before': '{{name}}: {{value}}',
  'run.gates.examples': 'judged on {{examples}} examples',
  'run.gates.examplesInGroups':
    'judged on {{examples}} examples in {{groups}} groups',
  'run.gates.pairs':
    'judged on {{examples}} pairs: the same examples in both versions',
  'run.gates.pairsInGroups':
    'judged on {{examples}} pairs in {{groups}} groups: the same examples in both versions',
  'run.gates.planned':
    '{{examples}} examples needed to pass an equal version in 9 of 10 cases',
  'run.gates.flips': '{{gained}} newly right, {{lost}} newly wrong',
  'run.gates.caution.few-units':
    'few independent examples: the interval is wider for it',
  'run.gates.caution.skewed':
    'skewed differences: the interval is wider for it',
  'run.gates.caution.no-spread': 'no example differs, but others may',
  'run.gates.caution.reported': 'the error is what the stage reported',
  'run.gates.loosened':
    'Loosened: the rule for version {{version}} was {{rule}}',
  'run.gates.removed':
    'Removed: the rule for version {{version}} was {{metric}} {{rule}}',
  'run.gates.unreadable':
    'The definition of version {{version}} cannot be read any more, so that it is not known whether its gates were loosened or removed.',
  'run.gates.loosenedInconclusive':
    'Loosened: version {{version}} had inconclusive: {{was}}',
  'run.gates.otherDirection':
    'Changed: version {{version}} had reports.directions.{{metric}}: {{was}}',
  'run.gates.otherPromote':
    'Changed: version {{version}} had promote.alias: {{was}}',
  'run.gates.plan.caption':
    'What the gates of this stage will demand; fixed when the run started',
  'run.gates.plan.baseline': 'Compared with',
  'run.gates.plan.examples': 'Examples',
  'run.gates.plan.has': 'the baseline has {{examples}}',
  'run.gates.plan.version': '{{name}}, version {{version}}',
  'run.gates.plan.firstVersion':
    '{{name}}, which does not exist yet: passes as the first version',
  'run.gates.wrongContinue':
    'If you continue and the version is worse than the limit allows, the worse version may be put into service, and later ones may be compared with it.',
  'run.gates.wrongStop':
    'If you stop it although the version is good enough, what it improves has to wait until it is measured on more examples.',
  'run.decision.expires': 'Stopped if nobody decides until',
  'run.gates.flipped.show': 'Show the examples that changed',
  'run.gates.flipped.hide': 'Hide the examples',
  'run.gates.flipped.none': 'No example changed.',
  'run.gates.flipped.total_one':
    '{{count, number}} example changed, worst first',
  'run.gates.flipped.total_other':
    '{{count, number}} examples changed, worst first',
  'run.gates.flipped.candidate': 'This run',
  'run.gates.empty': 'This stage has no gates.',
  'run.reports.title': 'Reports',
  'run.reports.caption': 'Reports of this stage',
  'run.reports.column.kind': 'Kind',
  'run.reports.column.path': 'Path',
  'run.reports.column.content': 'Content',
  'run.reports.junit':
    '{{tests, number}} tests: {{failures, number}} failed, {{errors, number}} errored, {{skipped, number}} skipped',
  'run.reports.metrics_one': '{{count, number}} metric',
  'run.reports.metrics_other': '{{count, number}} metrics',
  'run.reports.examples_one': '{{count, number}} example',
  'run.reports.examples_other': '{{count, number}} examples',
  'run.reports.slices_one': '{{count, number}} slice',
  'run.reports.slices_other': '{{count, number}} slices',
  'run.reports.steps_one': '{{count, number}} step',
  'run.reports.steps_other': '{{count, number}} steps',
  'run.reports.metricsLeftOut_one': '{{count, number}} more metric not drawn',
  'run.reports.metricsLeftOut_other':
    '{{count, number}} more metrics not drawn',
  'run.reports.slicesLeftOut_one':
    '{{count, number}} smaller slice not measured',
  'run.reports.slicesLeftOut_other':
    '{{count, number}} smaller slices not measured',
  'run.reports.leftOut_one': '{{count, number}} other value left out',
  'run.reports.leftOut_other': '{{count, number}} other values left out',
  'run.reports.predictions_one': '{{count, number}} prediction',
  'run.reports.predictions_other': '{{count, number}} predictions',
  'run.reports.empty': 'This stage has no reports.',

  'run.decide': 'Decide',
  'run.decide.continue': 'Continue',
  'run.decide.stop': 'Stop',
  'run.decideDialog.title': 'Decide about stage {{stage}}',
  'run.decideDialog.description':
    'If you stop it, the stage fails and the stages that need it are skipped. Your decision and its reason are kept with the run.',
  'run.decision.continue': 'Continued',
  'run.decision.stop': 'Stopped',
  'run.decision.cancelled': 'Cancelled before a decision',

  'run.phase.pending': 'Not started yet: {{reason}}',
  'run.phase.collecting':
    'The attempt has ended, but its results could not be stored yet: {{reason}}',
  'run.phase.nextTry': 'Next try:',
  'attempt.giveUp': 'Give up',
  'attempt.giveUpDialog.title':
    'Give up attempt {{number}} of stage {{stage}}?',
  'attempt.giveUpDialog.description':
    'The attempt ends without its results, and its workspace is deleted.',
  'attempt.declareLost': 'Declare lost',
  'attempt.declareLostLabel':
    'Declare attempt {{number}} of stage {{stage}} lost',
  'attempt.declareLostDialog.title':
    'Declare attempt {{number}} of stage {{stage}} lost?',
  'attempt.declareLostDialog.description':
    'Use this only if the attempt cannot be ended in any other way, for example because its executor was removed. Processes that are still running on its node are not stopped.',

  'run.attempts.caption': 'Attempts of this stage, oldest first',
  'run.attempts.column.number': 'Attempt',
  'run.attempts.column.status': 'Status',
  'run.attempts.column.where': 'Node',
  'run.attempts.column.exitCode': 'Exit code',
  'run.attempts.column.started': 'Started',
  'run.attempts.column.duration': 'Duration',
  'run.attempts.column.log': 'Log',
  'run.attempts.openLog': 'Open the log of attempt {{number}}',
  'run.attempts.empty': 'No attempts yet.',

  'run.datasets.title': 'Data sets',
  'run.datasets.caption': 'Data sets used by this run',
  'run.datasets.column.name': 'Name',
  'run.datasets.column.uri': 'Source',
  'run.datasets.column.size': 'Size',
  'run.datasets.column.digest': 'Digest',
  'run.datasets.empty': 'This run does not use any data sets.',

  'run.history.title': 'History',
  'run.history.caption': 'History, oldest first',
  'run.history.column.at': 'Time',
  'run.history.column.subject': 'Object',
  'run.history.column.change': 'Change',
  'run.history.column.by': 'Changed by',
  'run.history.column.reason': 'Reason',
  'run.history.subject.run': 'Run',
  'run.history.subject.stage': 'Stage {{stage}}',
  'run.history.subject.attempt': 'Attempt {{attempt}} of {{stage}}',
  'run.history.count_one': '{{count, number}} change',
  'run.history.count_other': '{{count, number}} changes',
} as const;
