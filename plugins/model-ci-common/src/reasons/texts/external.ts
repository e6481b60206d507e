/** Runs that another CI executes and reports here. */
export const externalTexts = {
  'external.started':
    'Build {{build}} of {{provider}} reported it with the token "{{token}}"',
  'external.startedWithoutSource':
    'Build {{build}} of {{provider}} reported it with the token "{{token}}". Its version cannot be deployed, because its source could not be read: {{problem}}',
  'external.leftRunning':
    'The build ended without saying how this stage ended. End it before the run, with "model_ci.py run" or "model_ci.py gate".',
  'external.notReported':
    'The build was to report this stage, and ended without it.',
  'external.buildFailed': 'The build failed in its CI.',
  'external.buildCancelled': 'The build was cancelled in its CI.',
  'external.stageFailed': 'The CI reports that the stage failed.',
  'external.notAsked':
    'Nobody is asked for a decision in a run of another CI: {{question}}',
  'external.withoutVersion':
    'No version was registered: the gates of stages that the build did not report were not judged ({{stages}}).',
  'external.silent':
    'Nothing was heard of {{provider}} for {{after}}. Have the build end its run, with "model_ci.py finish", also when it fails; or raise modelCi.externalRuns.silentAfter.',

  'error.tooManyStages': 'A run has at most {{max, number}} stages',
  'error.notExternal':
    'Run {{number}} is executed by this portal; only a run that another CI began is reported by it',
  'error.externalEnded':
    "Run {{number}} is '{{status}}': nothing is reported to it any more. A new build, or the next attempt of this one, begins a run of its own",
  'error.externalNotCancellable':
    'Run {{number}} is executed by {{provider}}: cancel build {{build}} there',
  'error.externalNotRetryable':
    'Run {{number}} was executed by {{provider}}: run build {{build}} again there',
  'error.externalAttempt':
    'The attempt is executed by another CI: end its build there. When nothing is heard of it any more, its run ends by itself',
  'error.externalStageEnded':
    'Stage \'{{stage}}\' has ended: name reports and artifacts before it ends, as options of "model_ci.py run", or report them for another stage',
  'error.externalNoStage': "The run has no stage '{{stage}}' that was started",
  'error.sourceAway':
    '{{repository}} does not answer now, and gates are read from there: {{problem}}. Try again in a moment',
  'error.logGap':
    'The log has {{size, number}} bytes: send those from there on, not from {{offset, number}}',
  'error.logFull':
    'The log has {{max, number}} bytes, the maximum (modelCi.engine.maxLogBytes): the rest is not kept',
  'error.uploadGap':
    'The upload has {{received, number}} bytes: send those from there on, not from {{start, number}}',
  'error.uploadDigest':
    'What was uploaded has the digest {{actual}}, not {{digest}}: the file changed meanwhile; upload it again',
  'error.uploadTooLarge':
    'The upload has {{size, number}} bytes, and the maximum is {{max, number}} ({{key}})',
  'error.partTooLarge':
    'A part has at most {{max, number}} bytes: send the rest as further parts, with Content-Range',
  'error.tooManyUploadsOfRun':
    'A run has at most {{max, number}} reports and artifacts in all its attempts: put several files into one artifact',
  'error.runTooLarge':
    'The upload has {{size, number}} bytes; with the {{used, number}} bytes that this run has announced before, it would have more than {{max, number}}. Upload less, or have the administrator raise {{key}}',
  'error.manyParts':
    'An upload of this size has at most {{max, number}} parts: send parts of at least {{size, number}} bytes',
  'error.externalManyAttempts':
    "Stage '{{stage}}' has begun {{max, number}} times, the maximum: begin another run, with a build id or attempt of its own",
  'error.tooManyUploads':
    'A stage has at most {{max, number}} reports and artifacts',
  'error.onePredictions':
    "A stage has one predictions report, and '{{path}}' is that of this stage: report everything in one file",
  'error.externalNoVersion':
    'Run {{number}} is {{status}} and registered no version: only a successful run of the default branch that reported all stages with gates has one to deploy',
  'error.tokenInvalid':
    'The token is wrong, expired or revoked: create one on the page of the pipeline (Settings, CI tokens), and give it to the CI as MODEL_CI_TOKEN',
  'error.tokenMissing':
    'There is no token: send one of the pipeline as "Authorization: Bearer mci_…"',
  'error.tokenAction':
    "The token '{{token}}' is not for the action '{{action}}': create one that is",
  'error.tokenPipeline': "The token '{{token}}' is not for {{pipeline}}",
  'error.tokenFailures':
    'Too many wrong tokens came from this address: try again later',
} as const;
