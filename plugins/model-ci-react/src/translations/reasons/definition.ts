export const definition = {
  'definition.at': '{{file}}:{{line}}:{{column}}：{{path}}：{{problem}}',
  'definition.atTop': '{{file}}:{{line}}:{{column}}：{{problem}}',
  'definition.didYouMean': '{{problem}}；是否想写“{{word}}”？',
  'definition.chooseFrom': '{{problem}}；可选：{{words}}',
  'definition.butIs': '{{rule}}，而此处是{{found}}',
  'definition.quoteIt': '{{problem}}；请加上引号',
  'definition.valueIs': '{{value}} {{problem}}',

  'found.empty': '空值',
  'found.list': '列表',
  'found.mapping': '映射',

  'definition.noEntity':
    '提交 {{commit}} 的 {{file}} 中没有 ModelPipeline“{{ref}}”',
  'definition.noFile':
    '{{namedIn}} 将 {{file}} 指定为流水线定义，但提交 {{commit}} 中没有该文件；请添加，它说明流水线运行什么',
  'definition.noFileOfPipeline':
    '提交 {{commit}} 中没有 {{file}}；请添加，它说明流水线运行什么',
  'definition.unreadable':
    '无法读取此处保存的默认分支定义；请刷新该实体，并请管理员查看后端日志',
  'definition.storedUnreadable':
    '无法读取该运行保存的定义；请启动新的运行，并请管理员查看后端日志',
  'definition.fileTooLong':
    '文件有 {{length, number}} 个字符；最多读取 {{max, number}} 个',
  'definition.fileEmpty': '文件为空；至少需要 version 和 stages',
  'definition.severalDocuments': '文件中有多个 YAML 文档；只允许一个',
  'definition.fileTooDeep': '文件嵌套过深',
  'definition.tag': '不允许使用标签（{{message}}）',
  'definition.tab': 'YAML 不能用制表符缩进；请使用空格',
  'definition.yaml': '不是有效的 YAML：{{message}}',
  'definition.keyTwice': '同一映射中此键出现了两次',
  'definition.alias': '不能使用此别名：{{message}}',

  'definition.required': '必须填写',
  'definition.requiredValue': '必须填写；请写 {{value}}',
  'definition.unknownKey': '未知的键',
  'definition.prototypeKey': '“__proto__”不能用作键',
  'definition.mustBeMapping': '必须是映射',
  'definition.mustBeList': '必须是列表',
  'definition.mustBeText': '必须是文本',
  'definition.mustBeNumber': '必须是数字',
  'definition.mustBeWhole': '必须是整数',
  'definition.mustBeBoolean': '必须是 true 或 false',
  'definition.mustBeTexts': '必须是文本或文本列表',
  'definition.mustBeScalar': '必须是数字、文本、true 或 false',
  'definition.mustBe': '必须是 {{value}}',
  'definition.mustBeOneOf': '必须是以下之一：{{values}}',
  'definition.mustBeDuration': '必须是文本形式的时长，例如 90s、30m 或 2d',
  'definition.mustBeSize': '必须是文本形式的大小，例如 512Mi 或 1Gi',
  'definition.mustBeBaseline': '必须是别名、环境、版本号或 previous',
  'definition.mustBeExecutor': '必须是执行器的名称：只能使用小写字母、数字和 -',
  'definition.mustBeResource':
    '必须是 Resource 的实体引用，例如 resource:default/houses',
  'definition.mustBeAlias':
    '最多 63 个字符，只能使用小写字母、数字和连字符，以字母开头，且不能以连字符结尾',
  'definition.mustBeUrlPath':
    '必须是以 / 开头且不含空白字符的路径，例如 /healthz',
  'definition.mustBeExample':
    '必须是 JSON，最多 {{max, number}} 个字符，最多嵌套 {{depth, number}} 层，且不能含有无穷大或 NaN',
  'definition.aliasPrevious': '“previous”已用来表示上一个版本',
  'definition.isEmpty': '为空',
  'definition.emptyList': '列表为空；请至少写一项',
  'definition.atLeast': '不能小于 {{min}}',
  'definition.atMost': '不能大于 {{max}}',
  'definition.negative': '不能为负数',
  'definition.between': '必须介于 {{min}} 和 {{max}} 之间',
  'definition.tooManyCharacters': '超过 {{max, number}} 个字符',
  'definition.tooManyEntries': '超过 {{max, number}} 项',
  'definition.tooManyStages': '超过 {{max, number}} 个阶段',
  'definition.tooManyEnvironments': '超过 {{max, number}} 个环境',
  'definition.nulCharacter': '含有 NUL 字符',
  'definition.controlCharacter': '含有控制字符',
  'definition.whiteSpace': '含有空白字符',
  'definition.leadingHyphen': '不能以连字符开头',
  'definition.noStages': '至少需要一个阶段',
  'definition.noParameters': '至少需要一个参数',
  'definition.noEnvironments': '至少需要一个环境',
  'definition.name':
    '名称只能使用小写字母、数字、- 和 _，以字母开头，以字母或数字结尾，最多 63 个字符',
  'definition.nameConstructor': '“constructor”不能用作名称',
  'definition.label':
    '标签只能使用字母、数字、.、_、/ 和 -，并以字母或数字开头和结尾',
  'definition.variableName': '环境变量只能使用字母、数字和 _，且不能以数字开头',
  'definition.variableReserved': '以 MODEL_CI_ 开头的名称由 Model CI 设置',
  'definition.secretReserved':
    '该名称由 Model CI、其执行器或 shell 设置；请为机密换一个名称',
  'definition.secretAndVariable':
    '“{{name}}”同时是 env 中的变量；请移除其中之一',
  'definition.notDuration': '不是时长；请写成例如 90s、30m、1h30m 或 2d',
  'definition.notSize': '不是大小；请写数字和单位，例如 512Mi 或 1Gi',
  'definition.branch': '不可能匹配任何分支；请写成例如 main 或 release/*',
  'definition.pathPattern':
    '不可能匹配任何文件；请写成例如 data/**、**/*.py，或从仓库根目录起的 /shared/**',
  'definition.manyPaths':
    '与前面各阶段的模式合计超过 {{max}} 个字符；请减少模式，或使用较短的模式，例如 models/**',
  'definition.cronFields':
    '必须有五个字段：分、时、日、月、星期；请写成例如 "0 2 * * 1-5"',
  'definition.cronPart':
    '含有 {{part}}，此处应为 {{min}} 到 {{max}} 之间的值；请写成例如 5、1-5、0,30 或 */15',
  'definition.cronNever': '是永远不会到来的日期；请选择该月份中存在的日期',
  'definition.cronTooOften':
    '两次之间只隔 {{minutes}} 分钟；请至少间隔 {{min}} 分钟，例如 */{{min}}',
  'definition.timezone':
    '不是时区；请写成例如 UTC、Europe/Berlin 或 Asia/Shanghai',
  'definition.scheduleBranch': '不是单个分支；请写明一个分支，不要用 * 和 ?',
  'definition.pushOfNothing':
    '既没有列出分支也没有列出标签；请写成例如 branches: [main]',

  'definition.pathEmpty':
    '为空；请写相对于代码仓库的路径，例如 reports/metrics.json',
  'definition.pathLong': '超过 {{max, number}} 个字符',
  'definition.pathBackslash': '含有反斜杠；请用 / 分隔文件夹',
  'definition.pathUrl':
    '不是路径：只能指定代码仓库中的文件和文件夹，例如 ./data/houses.csv',
  'definition.pathAbsolute': '必须是相对于代码仓库的路径，不能是绝对路径',
  'definition.pathParent': '必须位于代码仓库内：不允许使用“..”',
  'definition.pathWhole': '指向整个工作区；请指定其中的一个文件或文件夹',
  'definition.pathSegment': '路径中间有空的或“.”的一段',
  'definition.pathGit': '位于 .git 中，而工作区没有 .git',

  'definition.namedTwice': '“{{name}}”出现了两次',
  'definition.noDataset': '“{{name}}”不在 datasets 中',
  'definition.datasetMissing':
    '此提交的代码仓库中没有“{{path}}”；请添加该文件，或指定已有的文件',
  'definition.sameVariable':
    '与“{{other}}”使用同一变量 {{variable}}；请重命名其中之一',
  'definition.variableInEnv':
    '会设置 {{variable}}，而 env 也设置了它；请从 env 中删除',
  'definition.noStage': '没有阶段“{{name}}”',
  'definition.dependencyNotNeeded':
    '该阶段没有直接或间接依赖“{{stage}}”；请将其添加到 needs',
  'definition.needsItself': '“{{stage}}”依赖自身',
  'definition.cycle': '阶段之间循环依赖：{{stages}}',
  'definition.artifactSame':
    '“{{path}}”与阶段“{{stage}}”的产物“{{artifact}}”相同，且{{meeting}}；请让每个阶段使用各自的文件夹',
  'definition.artifactInside':
    '“{{path}}”位于阶段“{{stage}}”的产物“{{artifact}}”之内，且{{meeting}}；请让每个阶段使用各自的文件夹',
  'definition.cacheMeets':
    '“{{path}}”与“{{other}}”相互包含，无法区分本次运行的产出与之前保留的内容；请让缓存使用单独的文件夹',
  'definition.cacheKeyMissing':
    '此提交的代码仓库中没有“{{path}}”；请指定其变化会使缓存失效的文件，例如锁定依赖版本的文件',
  'definition.meetNeeds': '“{{stage}}”依赖“{{needed}}”',
  'definition.meetBoth': '“{{stage}}”同时依赖两者',
  'definition.meetServing': '模型服务会同时使用两者',
  'definition.port': 'PORT 由 Model CI 设置；请改用 serving.port',
  'definition.replicasAndAutoscale':
    '不能与 autoscale 同时使用；请改用 autoscale.min',
  'definition.autoscaleOrder': '至少须为 autoscale.min，即 {{min, number}}',
  'definition.autoscaleCpus':
    '需要 serving 下的 resources.cpus，百分比以其为基准计算',
  'definition.deployNothing':
    '没有 serving 就无法部署；请添加 serving，或删除 deploy',
  'definition.notInPath': '“{{name}}”不在 deploy.path 中',
  'definition.noEnvironment': '本门户没有环境“{{name}}”',
  'definition.noEnvironmentAtAll': '本门户没有环境“{{name}}”；尚未配置任何环境',

  'definition.executorMissing': '本门户没有安装执行器“{{executor}}”',
  'definition.noExecutorAtAll':
    '本门户没有安装执行器“{{executor}}”；尚未安装任何执行器',
  'definition.noImage':
    '执行器 {{executor}} 需要镜像；请在此处或 defaults 中添加 image',
  'definition.noBuilder':
    '要构建镜像，但此处没有能构建镜像的执行器；请在 modelCi.executors.docker 中添加 Docker Engine，或为 modelCi.executors.kubernetes 中的集群配置 imageBuilds',
  'definition.cannotBuild':
    '要构建镜像，但执行器 {{executor}} 不能构建；请将 executor 设为能构建的执行器：{{builders}}',
  'definition.optionsTooLarge': '过大或嵌套过深',
  'definition.noOptions': '执行器 {{executor}} 没有可设置的选项',

  'definition.mustBeImage':
    '必须是镜像名称，或构建镜像的阶段：{stage: package}',
  'definition.imageTag':
    '标签只能使用字母、数字、_、. 和 -，不能以 . 或 - 开头，最多 128 个字符',
  'definition.noCommands': '必须填写，除非该阶段有 imageBuild',
  'definition.runWithBuild':
    '不能与 imageBuild 同时使用；请在单独的阶段中运行命令',
  'definition.notWithBuild': '对构建镜像的阶段没有意义；请删除',
  'definition.buildsNoImage': '没有构建镜像的阶段“{{stage}}”',
  'definition.imageNotNeeded':
    '镜像必须先由“{{stage}}”构建；请将其添加到 needs',

  'definition.tooManyInstances':
    '总共产生 {{instances}} 个实例；一次运行最多 {{max, number}} 个，请减少取值',
  'definition.onWithMatrix':
    '不能与 matrix 同时使用；请为这些环境另设一个依赖此阶段的阶段',
  'definition.withoutOn': '用于阶段的环境；请添加 on',
  'definition.noReference': '“{{name}}”不在 on 中',
  'definition.oneEnvironment': '用于比较环境；请在 on 中至少写两个环境',
  'definition.parityWithoutPredictions':
    '用于比较预测结果；请添加 reports.predictions',
  'definition.noParityFigure': '“{{metric}}”不是一致性指标',
  'definition.gateWithoutParity': '要判定的内容此阶段并未比较；请添加 parity',
  'definition.parityLimitsOnly': '不能用于 {{metric}}，它只与 min 和 max 比较',
  'definition.selectWithoutMatrix': '用于从多个实例中选出一个；请添加 matrix',
  'definition.selectWithoutMetric':
    '按指标选择，而此阶段没有报告指标；请添加 reports.metrics',
  'definition.longInstance':
    '“{{key}}…”过长，无法用来区分实例：一个实例的名称和取值合计最多 {{max, number}} 个字符',

  'definition.gatesWithoutReport':
    '要判定的指标此阶段并未报告；请添加 reports.metrics 或 reports.predictions',
  'definition.gateWithoutLimit':
    '没有界限；请添加 min、max（或两者）或 baseline',
  'definition.gateBaselineAndLimit': '既与基线比较又设置了界限；请分成两个门禁',
  'definition.marginWithoutBaseline':
    '表示最多可以比基线差多少；请添加 baseline',
  'definition.parityExact': '不能用于一致性，一致性是精确比较的',
  'definition.minAboveMax': 'min {{min}} 大于 max {{max}}，因此永远无法通过',
  'definition.oneConfidence':
    '同一阶段的门禁一起判定，使用同一置信度；请像 gates[{{gate}}] 一样写 {{confidence}}，或使用另一个阶段',
  'definition.decisionTimeout':
    '限制的是等待决定的时间，而此阶段不会等待；请添加 hold: true 或 inconclusive: ask',
};
