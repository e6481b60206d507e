/** Why the HTTP interface refuses what somebody asked for. */
export const errorTexts = {
  'status.queued': 'queued',
  'status.running': 'running',
  'status.waiting': 'waiting',
  'status.succeeded': 'succeeded',
  'status.failed': 'failed',
  'status.errored': 'errored',
  'status.cancelled': 'cancelled',
  'status.skipped': 'skipped',
  'status.starting': 'starting',
  'status.serving': 'serving',
  'status.superseded': 'superseded',
  'status.stopped': 'stopped',

  /** What is not there. */
  'error.noPipeline': "The catalog has no ModelPipeline '{{pipeline}}'",
  'error.noRun': 'There is no run {{run}}',
  'error.noStage': "Run {{run}} has no stage '{{stage}}'",
  'error.noStageStarted':
    "Run '{{run}}' has no stage '{{stage}}' that was started",
  'error.noAttempt': 'There is no attempt {{attempt}}',
  'error.noAttemptOfStage':
    "Stage '{{stage}}' of run {{run}} has no attempt {{number}}",
  'error.noLog':
    "There is no log yet: no attempt was made at stage '{{stage}}' of run {{run}}",
  'error.noArtifact': 'There is no artifact {{digest}}',
  'error.noArchive':
    'This is no tar archive whose files can be listed; download it as it is',
  'error.noFile': "The artifact has no file '{{path}}'",
  'error.noNode': "There is no node '{{node}}'",
  'error.notCordoned': "Node '{{node}}' is not cordoned",
  'error.noDeployment': 'There is no deployment {{deployment}}',
  'error.noVersion': '{{pipeline}} has no version {{version}}',
  'error.noToken': "{{pipeline}} has no token with the id '{{token}}'",
  'error.noGates': 'No gate judged version {{version}} of {{pipeline}}',

  /** Who may do it. */
  'error.lacksPermission': "You lack the permission '{{permission}}'",
  'error.lacksPermissionFor':
    "You lack the permission '{{permission}}' for '{{pipeline}}'",
  'error.notForYou': 'There is no {{thing}} that you may see',
  'thing.run': "run '{{id}}'",
  'thing.attempt': "attempt '{{id}}'",
  'thing.deployment': "deployment '{{id}}'",
  'thing.artifact': 'artifact {{digest}}',
  'error.databaseAway':
    'The database of the portal does not answer. What runs goes on, and nothing is lost; this answers again once the database does',
  'error.permissionsAway':
    'The permission backend does not answer; ask again in a moment',
  'error.ownRun':
    'Run {{number}} of {{pipeline}} was pushed, started or retried by you; somebody else has to decide',
  'error.ownCommit':
    'You are the author or the committer of {{commit}}, by your e-mail address in the catalog; somebody else has to decide',
  'error.authorUnknown':
    'It is not known whether you are the author of {{commit}} ({{error}}); decide again in a moment, or cancel the run',
  'error.sentences': '{{first}}. {{second}}',

  /** How much somebody may have. */
  'error.tooManyRuns':
    'The owner of {{pipeline}} has {{max, number}} runs that have not ended, the maximum (modelCi.limits.owner.runs); wait for one to end, or cancel one',
  'error.tooManyBytes':
    'The artifacts of the owner of {{pipeline}} have {{bytes, number}} bytes, and the maximum is {{max, number}} (modelCi.limits.owner.artifactBytes); ask an administrator to raise it',
  'error.tooManyOpen':
    'You have {{max, number}} {{what}} open, the maximum at once ({{key}}); wait until one has ended',
  'error.tooManyTokens':
    '{{pipeline}} has {{max, number}} tokens, the maximum; revoke one that is no longer needed',
  'open.requests': 'requests',
  'open.followers': 'followed logs',
  'open.predictions': 'requests to endpoints',
  'open.webSockets': 'WebSockets',
  'open.transfers': 'transfers of an attempt',
  'error.uploading':
    "'{{path}}' is being uploaded already; wait until that has ended",

  /** What its state does not allow. */
  'error.notRetryable':
    "Run {{number}} of {{pipeline}} is '{{status}}'; only a 'failed', 'errored' or 'cancelled' run can be retried",
  'error.needsOther':
    "Stage '{{stage}}' needs '{{needed}}', which is '{{status}}'; retry from '{{needed}}'",
  'error.notCancellable':
    "Run {{number}} of {{pipeline}} is '{{status}}'; only a 'queued', 'running' or 'waiting' run can be cancelled",
  'error.notWaiting':
    "Stage '{{stage}}' of run {{number}} of {{pipeline}} is '{{status}}'; only a 'waiting' stage can be decided on",
  'error.otherEvidence':
    "Stage '{{stage}}' waits for a decision on other evidence than you have looked at; look at its gates again",
  'error.notCollecting':
    "Attempt {{number}} is '{{status}}'; only one whose results are being collected can be given up. Cancel the run instead",
  'error.attemptEnded':
    "Attempt {{number}} is '{{status}}'; only a 'queued' or 'running' one can be declared lost",
  'error.notStoppable':
    "Deployment {{deployment}} is '{{status}}'; only a 'queued', 'starting' or 'serving' one can be stopped",
  'error.changedMeanwhile':
    "Deployment {{deployment}} went from '{{before}}' to '{{status}}' meanwhile; look again and repeat",
  'error.servesAlready':
    "Deployment {{deployment}} is 'serving' already; roll back to an earlier one",
  'error.neverServed':
    "Deployment {{deployment}} is '{{status}}' and never served; roll back to one that did, or deploy version {{version}}",
  'error.cannotServe':
    "Version {{version}} of {{pipeline}} cannot be served: its run kept no source or has no 'serving' in its definition",
  'error.nothingToTakeOver':
    "'{{pipeline}}' belongs to the source that it has in the catalog: there is nothing to take over",
  'error.claimed':
    "The catalog has '{{pipeline}}' from {{source}}, but the runs, versions and artifacts under this name came from another source. They stay with that one until an administrator takes the name over (POST /pipelines/:namespace/:name/takeover), or it is registered again; a pipeline of its own needs another name",

  /** What a pipeline is run from. */
  'error.noSource': "'{{pipeline}}' has no source to run: {{problem}}",
  'source.unnamed': 'it names none',
  'source.foreign':
    "the repository '{{repository}}' belongs to {{repositoryOwner}}, and {{pipelineOwner}}, the pipeline's owner, is neither that nor a member of it: name the same owner in both",
  'source.noRepository': "the git host has no repository '{{repository}}'",
  'source.notFromUrl':
    'it was not read from a URL, so there is no repository to run: register it in the catalog from where it is hosted',
  'source.otherRepository':
    "its annotation {{annotation}} names '{{declared}}', which is not in the repository that the catalog read the pipeline from, {{url}}: leave the annotation out, or keep the pipeline's entity in the repository that it runs",
  'source.atCommit':
    'it was registered at a commit ({{url}}), which hosts also show where only a fork has it: register it at a branch',
  'source.noRef':
    "The git host has no branch, tag or commit '{{ref}}' of '{{repository}}'",
  'error.noRef':
    "{{repository}} has no branch, tag or commit '{{ref}}'; correct the name, or push it first, and check that the integration of app-config for {{host}} may read the repository",
  'error.noCommit':
    '{{repository}} has no commit {{commit}}; correct it, or push it first, and check that the integration of app-config for {{host}} may read the repository',
  'error.noDefaultCommit':
    "{{repository}} has no commit at the branch that the catalog read the pipeline from; push one, or name another branch as 'ref', and check that the integration of app-config for {{host}} may read the repository",
  'error.otherCommit':
    "'{{ref}}' is at {{actual}}, not at {{commit}}: leave out 'ref' to run that commit by itself",
  'error.commitUnknown':
    "{{repository}} does not say now whether '{{ref}}' is at {{commit}}: try again later, or leave out 'commit' or 'ref'",
  'error.notACommit':
    "'{{commit}}' is not the full name of a commit, which has 40 or 64 hexadecimal digits; name a branch or tag as 'ref'",
  'error.notARef': "'{{ref}}' is not the name of a branch, tag or commit",
  'error.unknownHost':
    'The source of the pipeline, {{url}}, is not on a code host that refs can be read from: the embedded git host, or a GitHub, GitLab, Gitea, Bitbucket or Azure DevOps integration of app-config, at the URL of a folder',

  /** The source, once it is read. */
  'source.notUtf8':
    "The source has a file whose name is not UTF-8: '{{name}}' (U+FFFD stands for what is not); rename it",
  'source.tooLarge':
    'The source is larger than {{maxBytes}} bytes or {{maxFiles}} files; keep large files elsewhere, or raise modelCi.engine.maxSourceBytes and maxSourceEntries',
  'source.outside': "The source has an entry outside itself: '{{name}}'",
  'source.linkOut':
    "The source has a link that leads outside it: '{{name}}' to '{{target}}'",
  'source.oddEntry':
    "The source has an entry that is neither file, folder nor link: '{{name}}' ({{type}})",
  'source.noCommitTold':
    "The code host of {{url}} does not say which commit it answers with ('{{etag}}'); pipelines can be run from hosts that do",
  'source.manyPlaceholders':
    'The definition in {{file}} has more than {{max, number}} placeholders',
  'source.foreignDefinition':
    'The definition at {{target}} is not in the repository of the pipeline',
  'source.longFile':
    '{{url}} has {{bytes, number}} bytes; at most {{max, number}} are read',
  'source.badYaml': '{{target}} is not valid YAML: {{message}}',

  /** The artifact store. */
  'store.full':
    "The disk of the artifact directory '{{directory}}' is full: free space on it, or move 'modelCi.storage.directory' to a larger disk, and try again",
  'store.readOnly':
    "The artifact directory '{{directory}}' cannot be written to ({{error}}): give the backend write access to it and try again",
  'store.away':
    "The bucket '{{bucket}}' at {{endpoint}} does not answer ({{error}}): try again once it does",
  'store.refused':
    "The bucket '{{bucket}}' at {{endpoint}} refuses the backend ({{error}}): check 'modelCi.storage.s3' and the rights that the bucket gives, and try again",
} as const;
