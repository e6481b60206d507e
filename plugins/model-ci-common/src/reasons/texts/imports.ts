/** What became of the pieces of an imported file. `key` is a path in the definition; remedies say what to do. */
export const importTexts = {
  /** The file. */
  'import.unrecognized':
    'this is no Jenkinsfile, .travis.yml, .gitlab-ci.yml or GitHub Actions workflow',
  'import.remedyKind': 'say what kind of file it is',
  'import.notDeclarative': 'there is no pipeline block in this Jenkinsfile',
  'import.remedyDeclarative':
    'only declarative pipelines can be imported; write the commands of a scripted one as stages',
  'import.empty': 'nothing in this file can be run',
  'import.tooLarge': 'this is larger or nested deeper than what is read',
  'import.unclosedComment': 'this comment has no end',
  'import.unclosedString': 'this string has no end',
  'import.unclosedBrace': 'this bracket is never closed',
  'import.unexpectedBrace': 'this bracket was never opened',
  'import.refused': 'the definition does not allow it: {{problem}}',

  /** What was carried over. */
  'import.became': 'becomes {{key}}',
  'import.command': 'becomes commands',
  'import.group': 'becomes the stages {{stages}}',
  'import.inEach': 'becomes a part of each stage',
  'import.hidden': 'becomes a part of the jobs that extend or reference it',
  'import.order': 'the stages wait for each other in this order',
  'import.after': 'runs in stage {{stage}} after its commands',
  'import.inFailing': 'runs in the stage that fails',
  'import.inLast': 'runs in a last stage',
  'import.inLastAndFailing':
    'runs in a last stage, and in the stage that fails if one does',
  'import.condition': 'becomes a test at the start of the commands',
  'import.always': 'holds for each run here',
  'import.artifactsOfNeeds':
    'a stage has the artifacts of all stages that it needs',
  'import.agentNone': 'each stage has its own image',
  'import.checkout': 'the source is in the workspace of each stage',
  'import.freshWorkspace': 'each stage starts in a workspace of its own',
  'import.logTimes': 'logs show times and colors',
  'import.notNeeded': 'is not needed here',
  'import.manualStart': 'people can start a run of each pipeline',
  'import.machine': 'the node or the image decides that',
  'import.language': 'the image of the stage decides that',

  /** What means something else. */
  'import.noTrigger':
    'the file does not say which branches start a run, so only people start one',
  'import.remedyTrigger':
    'list the branches under triggers.push.branches, or start runs over the HTTP interface',
  'import.agentAny':
    'runs on any node that has room, with the default executor of the portal',
  'import.runner':
    'runs on any node that has room; the tools of the runner are not on it',
  'import.remedyImage':
    'name an image under defaults.image if the executor runs containers',
  'import.workspace':
    'stages do not share a workspace: each has the source and the artifacts of the stages that it needs',
  'import.remedyWorkspace':
    'list what later stages need under artifacts; install packages in each stage that needs them, or in its image',
  'import.timeoutEach':
    'limits each stage instead of the whole run; becomes {{key}}',
  'import.timeoutStage':
    'limits the whole stage instead of these steps; becomes {{key}}',
  'import.parameter':
    'becomes {{key}} with the default value, and is not asked for when a run starts',
  'import.remedyParameter':
    'change {{key}} for another value, or declare it under parameters and read PARAM_<NAME> in the commands',
  'import.approval':
    'becomes stage {{stage}}, at which the run waits for a person',
  'import.mayFail': 'becomes allowFailure of the whole stage',
  'import.retryPlatform':
    'becomes {{key}}: only attempts that the platform lost are made again',
  'import.scriptStops':
    'the stage stops at the first command that fails, where Travis CI goes on with the next',
  'import.defaultInstall':
    'the default of Travis CI for Python becomes a command',
  'import.first': 'only {{value}} is carried over',
  'import.variable': '{{variable}} is set to {{value}}',
  'import.expression': 'becomes the variable {{variable}}, which nothing sets',
  'import.conditionOfWriter':
    'the condition is not carried over: without its commands, the stage has no artifacts and reports, and would fail',
  'import.remedyConditionOfWriter':
    'write the branches under when of the stage; stages that need its artifacts are then skipped with it',

  /** What was left. */
  'import.unknown': 'has no counterpart here',
  'import.step': 'the portal does not know this step',
  'import.code': 'code in Groovy is not carried over',
  'import.remedyCode':
    'write it as shell commands, or as a script in the repository',
  'import.secret': 'secrets are not carried over',
  'import.remedySecret':
    'make {{variable}} available on the node; never write it into the definition, which is part of the repository',
  'import.remedyCredentials':
    'make them available on the node; never write them into the definition, which is part of the repository',
  'import.imageName': 'the name of the image is not known before the run',
  'import.remedyImageName': 'write the name of the image to {{key}}',
  'import.containerOption': 'options of containers are not carried over',
  'import.agent': 'this kind of agent is not carried over',
  'import.remedyAgent':
    'build the image beforehand, and name it under image of the stage',
  'import.label': 'nodes have other labels here',
  'import.remedyLabel': 'name the labels of the node under nodeSelector',
  'import.tool': 'tools are not installed by name',
  'import.remedyTool': 'name an image that has them under image',
  'import.schedule': 'schedules are not carried over',
  'import.remedySchedule': 'write its times under triggers.schedule',
  'import.pullRequest': 'a pull request does not start runs',
  'import.event': 'this event does not start runs',
  'import.branchRule': 'this rule about pushes is not carried over',
  'import.workflow': 'rules for whole pipelines are not carried over',
  'import.conditionLost':
    'this condition cannot be tested in a stage: the stage always runs',
  'import.stepLeft':
    'this condition cannot be tested in a stage: the step is left out',
  'import.never': 'never holds here, so that it does not run',
  'import.remedyCondition':
    'test what decides in the commands of the stage, such as $MODEL_CI_BRANCH',
  'import.postCondition':
    'whether a run has changed, is unstable or was aborted is not known to its stages',
  'import.ofGroup': 'is not carried over from a group of stages to its stages',
  'import.retry': 'commands that fail are not tried again',
  'import.remedyRetry': 'let the command try again by itself',
  'import.matrix': 'only the first combination is carried over',
  'import.remedyMatrix':
    'list parameters under matrix of the stage, or images under on',
  'import.include': 'other files are not read',
  'import.remedyInclude':
    'put their content into this file and import it again',
  'import.trigger': 'a run does not start other pipelines',
  'import.noScript': 'has no commands',
  'import.noSuch': 'there is no {{name}} in this file',
  'import.services': 'services beside a stage are not carried over',
  'import.remedyServices':
    'start them in the commands of the stage, or let them run elsewhere',
  'import.cache':
    'a cache here is one file or folder, kept for the files whose change makes it worthless',
  'import.remedyCache':
    'add it under cache of the stage, with path and key; what later stages need belongs under artifacts',
  'import.deploy': 'deployments are not commands of a stage',
  'import.remedyDeploy': 'describe them under serving and deploy',
  'import.message': 'the portal sends notifications by itself',
  'import.remedyMessage': 'call a web hook in a command if more is needed',
  'import.windows': 'stages run in a shell of Unix',
  'import.remedyWindows': 'write it for sh or bash',
  'import.wholeWorkspace':
    'this pattern names no file or folder that could be kept',
  'import.remedyArtifact':
    'name files or folders under artifacts of the stage that writes them',
  'import.whichStage': 'the file does not say which stage writes it',
  'import.remedyReport':
    'name it under reports.junit of the stage that writes it',
  'import.remedyInput':
    'split the stage in two there, and set hold on the first',
  'import.expiry': 'artifacts are kept as the portal is configured to',
  'import.ofSuccess': 'only stages that succeed hand on artifacts',
  'import.coverage': 'coverage is not read from the log',
  'import.remedyCoverage':
    'write it to a JSON file, and name that under reports.metrics',
  'import.action': 'actions are not run',
  'import.remedyAction': 'write what it does as commands',
  'import.checkoutOption': 'the source comes as it is at the commit',
  'import.artifactPath':
    'artifacts lie where the stage before has written them',
  'import.remedyArtifactPath': 'use that path in the commands',
  'import.variableUnset': '{{variable}} is not set here',
  'import.remedyVariable':
    'set {{variable}} under env, or take it out of the commands',
} as const;
