/**
 * What is wrong with a definition. Keys and values of the definition stay as people write them; `problem` and `rule` are other
 * texts of this list.
 */
export const definitionTexts = {
  /** With its place in the file. */
  'definition.at': '{{file}}:{{line}}:{{column}}: {{path}}: {{problem}}',
  'definition.atTop': '{{file}}:{{line}}:{{column}}: {{problem}}',
  'definition.didYouMean': "{{problem}}; did you mean '{{word}}'?",
  'definition.chooseFrom': '{{problem}}; choose from: {{words}}',
  'definition.butIs': '{{rule}}, but is {{found}}',
  'definition.quoteIt': '{{problem}}; put it in quotes',
  'definition.valueIs': '{{value}} {{problem}}',

  'found.empty': 'empty',
  'found.list': 'a list',
  'found.mapping': 'a mapping',

  /** The file. */
  'definition.noEntity':
    "there is no ModelPipeline '{{ref}}' in {{file}} at commit {{commit}}",
  'definition.noFile':
    'there is no {{file}} at commit {{commit}}, which {{namedIn}} names as its definition; add it: it says what the pipeline runs',
  'definition.noFileOfPipeline':
    'there is no {{file}} at commit {{commit}}; add it: it says what the pipeline runs',
  'definition.unreadable':
    'the definition of the default branch that is kept here cannot be read; refresh the entity, and ask an administrator to look into the log of the backend',
  'definition.storedUnreadable':
    'the definition that the run keeps cannot be read; start a new run, and ask an administrator to look into the log of the backend',
  'definition.fileTooLong':
    'the file has {{length, number}} characters; at most {{max, number}} are read',
  'definition.fileEmpty': 'the file is empty; it needs version and stages',
  'definition.severalDocuments':
    'the file holds several documents; only one is allowed',
  'definition.fileTooDeep': 'the file is nested too deeply',
  'definition.tag': 'tags are not allowed ({{message}})',
  'definition.tab': 'tabs cannot indent in YAML; use spaces',
  'definition.yaml': 'this is not valid YAML: {{message}}',
  'definition.keyTwice': 'this key appears twice in the same mapping',
  'definition.alias': 'this alias cannot be used: {{message}}',

  /** One value. */
  'definition.required': 'is required',
  'definition.requiredValue': 'is required; write {{value}}',
  'definition.unknownKey': 'unknown key',
  'definition.prototypeKey': "'__proto__' cannot be used as a key",
  'definition.mustBeMapping': 'must be a mapping',
  'definition.mustBeList': 'must be a list',
  'definition.mustBeText': 'must be text',
  'definition.mustBeNumber': 'must be a number',
  'definition.mustBeWhole': 'must be a whole number',
  'definition.mustBeBoolean': 'must be true or false',
  'definition.mustBeTexts': 'must be text or a list of texts',
  'definition.mustBeScalar': 'must be a number, a text, or true or false',
  'definition.mustBe': 'must be {{value}}',
  'definition.mustBeOneOf': 'must be one of: {{values}}',
  'definition.mustBeDuration':
    'must be a duration in text, for example 90s, 30m or 2d',
  'definition.mustBeSize': 'must be a size in text, for example 512Mi or 1Gi',
  'definition.mustBeBaseline':
    'must be an alias, an environment, the number of a version, or previous',
  'definition.mustBeExecutor':
    'must be the name of an executor: lowercase letters, digits and -',
  'definition.mustBeResource':
    'must be the entity ref of a Resource, for example resource:default/houses',
  'definition.mustBeAlias':
    'must have at most 63 lowercase letters, digits and hyphens, begin with a letter and not end with a hyphen',
  'definition.mustBeUrlPath':
    'must be a path that begins with /, such as /healthz, without white space',
  'definition.mustBeExample':
    'must be JSON of at most {{max, number}} characters, nested at most {{depth, number}} deep, without infinite numbers or NaN',
  'definition.aliasPrevious': "'previous' is the version before",
  'definition.isEmpty': 'is empty',
  'definition.emptyList': 'is an empty list; give at least one entry',
  'definition.atLeast': 'must be at least {{min}}',
  'definition.atMost': 'must be at most {{max}}',
  'definition.negative': 'must not be negative',
  'definition.between': 'must be between {{min}} and {{max}}',
  'definition.tooManyCharacters': 'has more than {{max, number}} characters',
  'definition.tooManyEntries': 'has more than {{max, number}} entries',
  'definition.tooManyStages': 'has more than {{max, number}} stages',
  'definition.tooManyEnvironments':
    'has more than {{max, number}} environments',
  'definition.nulCharacter': 'contains a NUL character',
  'definition.controlCharacter': 'contains a control character',
  'definition.whiteSpace': 'contains white space',
  'definition.leadingHyphen': 'must not begin with a hyphen',
  'definition.noStages': 'needs at least one stage',
  'definition.noParameters': 'needs at least one parameter',
  'definition.noEnvironments': 'needs at least one environment',
  'definition.name':
    'a name has lowercase letters, digits, - and _, begins with a letter, ends with a letter or digit, and has at most 63 characters',
  'definition.nameConstructor': "'constructor' cannot be used as a name",
  'definition.label':
    'a label has letters, digits, ., _, / and -, and begins and ends with a letter or digit',
  'definition.variableName':
    'an environment variable has letters, digits and _, and does not begin with a digit',
  'definition.variableReserved':
    'names that begin with MODEL_CI_ are set by Model CI',
  'definition.secretReserved':
    'this name is set by Model CI, its executors or the shell; choose another name for the secret',
  'definition.secretAndVariable':
    "'{{name}}' is a variable under env as well; remove one of them",
  'definition.notDuration':
    'is not a duration; write for example 90s, 30m, 1h30m or 2d',
  'definition.notSize':
    'is not a size; write a number with its unit, for example 512Mi or 1Gi',
  'definition.branch':
    'cannot match any branch; write for example main or release/*',
  'definition.pathPattern':
    'cannot match any file; write for example data/**, **/*.py or, from the root of the repository, /shared/**',
  'definition.manyPaths':
    'has, with those of the stages before it, more than {{max}} characters; use fewer patterns, or shorter ones such as models/**',
  'definition.cronFields':
    'must have five fields: minute, hour, day of the month, month and day of the week; write for example "0 2 * * 1-5"',
  'definition.cronPart':
    'has {{part}} where a value from {{min}} to {{max}} belongs; write for example 5, 1-5, 0,30 or */15',
  'definition.cronNever':
    'is a day that never comes; choose one that the month has',
  'definition.cronTooOften':
    'comes {{minutes}} minutes apart; leave at least {{min}}, for example */{{min}}',
  'definition.timezone':
    'is no time zone; write for example UTC, Europe/Berlin or Asia/Shanghai',
  'definition.scheduleBranch': 'is no single branch; name one, without * and ?',
  'definition.pushOfNothing':
    'names neither branches nor tags; write for example branches: [main]',

  /** Paths. */
  'definition.pathEmpty':
    'is empty; write a path relative to the repository, such as reports/metrics.json',
  'definition.pathLong': 'is longer than {{max, number}} characters',
  'definition.pathBackslash': 'contains a backslash; separate folders with /',
  'definition.pathUrl':
    'is not a path: only files and folders of the repository can be named, such as ./data/houses.csv',
  'definition.pathAbsolute': 'must be relative to the repository, not absolute',
  'definition.pathParent':
    "must stay inside the repository: '..' is not allowed",
  'definition.pathWhole':
    'names the whole workspace; name one file or folder in it',
  'definition.pathSegment': "has an empty or '.' segment in its middle",
  'definition.pathGit': 'lies inside .git, which a workspace does not have',

  /** Several values together. */
  'definition.namedTwice': "'{{name}}' is named twice",
  'definition.noDataset': "'{{name}}' is not in datasets",
  'definition.datasetMissing':
    "'{{path}}' is not in the repository at this commit; add the file, or name one that is there",
  'definition.sameVariable':
    "has the same variable {{variable}} as '{{other}}'; rename one of them",
  'definition.variableInEnv':
    'sets {{variable}}, which env sets as well; remove it there',
  'definition.noStage': "there is no stage '{{name}}'",
  'definition.dependencyNotNeeded':
    "'{{stage}}' is not among the stages that this one needs, directly or through others; add it to needs",
  'definition.needsItself': "'{{stage}}' needs itself",
  'definition.cycle': 'these stages form a cycle: {{stages}}',
  'definition.artifactSame':
    "'{{path}}' is the same as artifact '{{artifact}}' of stage '{{stage}}', and {{meeting}}; give each stage a folder of its own",
  'definition.artifactInside':
    "'{{path}}' lies inside artifact '{{artifact}}' of stage '{{stage}}', and {{meeting}}; give each stage a folder of its own",
  'definition.cacheMeets':
    "'{{path}}' and '{{other}}' lie inside each other, so that what this run makes cannot be distinguished from what an earlier one kept; give the cache a folder of its own",
  'definition.cacheKeyMissing':
    "there is no '{{path}}' in the repository at this commit; name files whose change makes the cache worthless, such as a list of locked packages",
  'definition.meetNeeds': "'{{stage}}' needs '{{needed}}'",
  'definition.meetBoth': "'{{stage}}' needs both",
  'definition.meetServing': 'serving gets both',
  'definition.port': 'PORT is set by Model CI; write serving.port instead',
  'definition.replicasAndAutoscale':
    'cannot be combined with autoscale; write autoscale.min instead',
  'definition.autoscaleOrder':
    'must be at least autoscale.min, which is {{min, number}}',
  'definition.autoscaleCpus':
    'needs resources.cpus under serving, of which it counts the percentage',
  'definition.deployNothing':
    'nothing can be deployed without serving; add serving or remove deploy',
  'definition.notInPath': "'{{name}}' is not in deploy.path",
  'definition.noEnvironment': "this portal has no environment '{{name}}'",
  'definition.noEnvironmentAtAll':
    "this portal has no environment '{{name}}'; none is configured",

  /** Executors. */
  'definition.executorMissing': "executor '{{executor}}' is not installed here",
  'definition.noExecutorAtAll':
    "executor '{{executor}}' is not installed here; none is installed",
  'definition.noImage':
    'needs an image, because its executor is {{executor}}; add image here or in defaults',
  'definition.noBuilder':
    'builds an image, and no executor here can: add a Docker Engine under modelCi.executors.docker, or imageBuilds to a cluster under modelCi.executors.kubernetes',
  'definition.cannotBuild':
    'builds an image, and executor {{executor}} builds none; set executor to one that does: {{builders}}',
  'definition.optionsTooLarge': 'is too large or nested too deeply',
  'definition.noOptions': 'executor {{executor}} takes no options',

  /** Images. */
  'definition.mustBeImage':
    'must be the name of an image, or the stage that builds it: {stage: package}',
  'definition.imageTag':
    'a tag has letters, digits, _, . and -, does not begin with . or -, and has at most 128 characters',
  'definition.noCommands': 'is required, unless the stage has imageBuild',
  'definition.runWithBuild':
    'cannot be combined with imageBuild; run the commands in a stage of their own',
  'definition.notWithBuild':
    'has no meaning for a stage that builds an image; remove it',
  'definition.buildsNoImage':
    "there is no stage '{{stage}}' that builds an image",
  'definition.imageNotNeeded':
    "'{{stage}}' must have built the image before; add it to needs",

  /** Instances. */
  'definition.tooManyInstances':
    'makes {{instances}} instances in all; a run may have {{max, number}}, so leave out values',
  'definition.onWithMatrix':
    'cannot be combined with matrix; give the environments a stage of their own that needs this one',
  'definition.withoutOn': 'is about the environments of a stage; add on',
  'definition.noReference': "'{{name}}' is not in on",
  'definition.oneEnvironment': 'compares environments; name at least two in on',
  'definition.parityWithoutPredictions':
    'compares predictions; add reports.predictions',
  'definition.noParityFigure': "'{{metric}}' is not a figure of parity",
  'definition.gateWithoutParity':
    'judges what this stage does not compare; add parity',
  'definition.parityLimitsOnly':
    'does not go with {{metric}}, which takes only min and max',
  'definition.selectWithoutMatrix':
    'chooses one of several instances; add matrix',
  'definition.selectWithoutMetric':
    'chooses by a metric that this stage does not report; add reports.metrics',
  'definition.longInstance':
    "'{{key}}…' is too long to tell an instance apart: names and values of one have at most {{max, number}} characters together",

  /** Gates. */
  'definition.gatesWithoutReport':
    'judge metrics that this stage does not report; add reports.metrics or reports.predictions',
  'definition.gateWithoutLimit':
    'has no limit; add min, max or both, or a baseline',
  'definition.gateBaselineAndLimit':
    'compares with a baseline and sets limits; write two gates',
  'definition.marginWithoutBaseline':
    'is how much worse than a baseline it may be; add baseline',
  'definition.parityExact':
    'cannot be used for parity, which is compared exactly',
  'definition.minAboveMax':
    'min {{min}} is above max {{max}}, so nothing can pass',
  'definition.oneConfidence':
    'the gates of a stage are judged together, with one confidence; write {{confidence}} as in gates[{{gate}}], or use another stage',
  'definition.decisionTimeout':
    'limits a wait that this stage does not have; add hold: true or inconclusive: ask',
} as const;
