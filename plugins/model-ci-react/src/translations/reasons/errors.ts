export const errors = {
  'status.queued': '排队中',
  'status.running': '运行中',
  'status.waiting': '等待决定',
  'status.succeeded': '成功',
  'status.failed': '失败',
  'status.errored': '平台错误',
  'status.cancelled': '已取消',
  'status.skipped': '已跳过',
  'status.starting': '启动中',
  'status.serving': '服务中',
  'status.superseded': '已被取代',
  'status.stopped': '已停止',

  'error.noPipeline': '目录中没有 ModelPipeline“{{pipeline}}”',
  'error.noRun': '没有运行 {{run}}',
  'error.noStage': '运行 {{run}} 没有阶段“{{stage}}”',
  'error.noStageStarted': '运行“{{run}}”没有已启动的阶段“{{stage}}”',
  'error.noAttempt': '没有尝试 {{attempt}}',
  'error.noAttemptOfStage':
    '运行 {{run}} 的阶段“{{stage}}”没有第 {{number}} 次尝试',
  'error.noLog': '还没有日志：运行 {{run}} 的阶段“{{stage}}”尚未尝试过',
  'error.noArtifact': '没有产物 {{digest}}',
  'error.noArchive': '这不是可以列出文件的 tar 归档；请直接下载',
  'error.noFile': '产物中没有文件“{{path}}”',
  'error.noNode': '没有名为“{{node}}”的节点',
  'error.notCordoned': '节点“{{node}}”未被隔离',
  'error.noDeployment': '没有部署 {{deployment}}',
  'error.noVersion': '{{pipeline}} 没有版本 {{version}}',
  'error.noToken': '{{pipeline}} 没有 ID 为“{{token}}”的令牌',
  'error.noGates': '{{pipeline}} 的版本 {{version}} 没有经过门禁判定',

  'error.lacksPermission': '您没有权限“{{permission}}”',
  'error.lacksPermissionFor': '您对“{{pipeline}}”没有权限“{{permission}}”',
  'error.notForYou': '没有您可以查看的{{thing}}',
  'thing.run': '运行“{{id}}”',
  'thing.attempt': '尝试“{{id}}”',
  'thing.deployment': '部署“{{id}}”',
  'thing.artifact': '产物 {{digest}}',
  'error.databaseAway':
    '门户的数据库没有响应。正在运行的任务会继续，不会丢失任何内容；数据库恢复后这里会重新响应',
  'error.permissionsAway': '权限后端没有响应；请稍后再试',
  'error.ownRun':
    '{{pipeline}} 的运行 {{number}} 由您推送、启动或重试；须由其他人作出决定',
  'error.ownCommit':
    '按目录中的邮箱地址，您是提交 {{commit}} 的作者或提交者；须由其他人作出决定',
  'error.authorUnknown':
    '无法得知您是否为提交 {{commit}} 的作者（{{error}}）；请稍后再决定，或取消运行',
  'error.sentences': '{{first}}。{{second}}',

  'error.tooManyRuns':
    '{{pipeline}} 的所有者有 {{max, number}} 个未结束的运行，已达上限（modelCi.limits.owner.runs）；请等待其中一个结束，或取消一个',
  'error.tooManyBytes':
    '{{pipeline}} 的所有者的产物共 {{bytes, number}} 字节，而上限为 {{max, number}} 字节（modelCi.limits.owner.artifactBytes）；请联系管理员增加配额',
  'error.tooManyOpen':
    '您已打开 {{max, number}} 个{{what}}，达到同时打开的上限（{{key}}）；请等待其中一个结束',
  'error.tooManyTokens':
    '{{pipeline}} 已有 {{max, number}} 个令牌，已达上限；请吊销不再需要的令牌',
  'open.requests': '请求',
  'open.followers': '实时日志',
  'open.predictions': '端点请求',
  'open.webSockets': 'WebSocket',
  'open.transfers': '尝试的传输',
  'error.uploading': '“{{path}}”正在上传；请等待上传结束',

  'error.notRetryable':
    '{{pipeline}} 的运行 {{number}} 状态为“{{status}}”；只有“失败”、“平台错误”或“已取消”的运行才能重试',
  'error.needsOther':
    '阶段“{{stage}}”依赖“{{needed}}”，而后者的状态为“{{status}}”；请从“{{needed}}”开始重试',
  'error.notCancellable':
    '{{pipeline}} 的运行 {{number}} 状态为“{{status}}”；只有“排队中”、“运行中”或“等待决定”的运行才能取消',
  'error.notWaiting':
    '{{pipeline}} 的运行 {{number}} 中阶段“{{stage}}”的状态为“{{status}}”；只能对“等待决定”的阶段作出决定',
  'error.otherEvidence':
    '阶段“{{stage}}”等待决定的依据与您看到的不同；请重新查看其门禁',
  'error.notCollecting':
    '第 {{number}} 次尝试的状态为“{{status}}”；只有正在收集结果的尝试才能放弃。请改为取消运行',
  'error.attemptEnded':
    '第 {{number}} 次尝试的状态为“{{status}}”；只有“排队中”或“运行中”的尝试才能宣告丢失',
  'error.notStoppable':
    '部署 {{deployment}} 的状态为“{{status}}”；只有“排队中”、“启动中”或“服务中”的部署才能停止',
  'error.changedMeanwhile':
    '部署 {{deployment}} 的状态已从“{{before}}”变为“{{status}}”；请重新查看后再操作',
  'error.servesAlready': '部署 {{deployment}} 已在“服务中”；请回滚到更早的部署',
  'error.neverServed':
    '部署 {{deployment}} 的状态为“{{status}}”，从未提供过服务；请回滚到提供过服务的部署，或部署版本 {{version}}',
  'error.cannotServe':
    '{{pipeline}} 的版本 {{version}} 无法提供服务：其运行没有保留源代码，或其定义中没有 serving',
  'error.nothingToTakeOver':
    '“{{pipeline}}”与其在目录中的来源一致：没有可接管的内容',
  'error.claimed':
    '目录中“{{pipeline}}”来自 {{source}}，但此名称下的运行、版本和产物来自另一个来源。在管理员接管该名称（POST /pipelines/:namespace/:name/takeover）或重新注册原来源之前，它们仍归原来源所有；如需独立的流水线，请换一个名称',

  'error.noSource': '“{{pipeline}}”没有可运行的来源：{{problem}}',
  'source.unnamed': '它没有指明来源',
  'source.foreign':
    '代码仓库“{{repository}}”属于 {{repositoryOwner}}，而流水线的所有者 {{pipelineOwner}} 既不是它，也不是其成员：请在两处指定相同的所有者',
  'source.noRepository': 'Git 主机上没有代码仓库“{{repository}}”',
  'source.notFromUrl':
    '它不是从 URL 读取的，因此没有可运行的代码仓库：请从其托管位置在目录中注册',
  'source.otherRepository':
    '其注解 {{annotation}} 指向“{{declared}}”，不在目录读取该流水线的代码仓库 {{url}} 中：请去掉该注解，或将流水线的实体放在它要运行的代码仓库中',
  'source.atCommit':
    '它是在某个提交（{{url}}）处注册的，而只存在于复刻中的提交也会在该位置显示：请在分支处注册',
  'source.noRef': 'Git 主机上“{{repository}}”没有分支、标签或提交“{{ref}}”',
  'error.noRef':
    '{{repository}} 没有名为“{{ref}}”的分支、标签或提交；请更正名称或先推送，并检查 app-config 中 {{host}} 的集成是否有权读取该代码仓库',
  'error.noCommit':
    '{{repository}} 没有提交 {{commit}}；请更正或先推送，并检查 app-config 中 {{host}} 的集成是否有权读取该代码仓库',
  'error.noDefaultCommit':
    '{{repository}} 在目录读取流水线的分支上没有提交；请推送一个提交，或通过 ref 指定其他分支，并检查 app-config 中 {{host}} 的集成是否有权读取该代码仓库',
  'error.otherCommit':
    '“{{ref}}”位于 {{actual}}，而不是 {{commit}}：如只需运行该提交，请不要填写 ref',
  'error.commitUnknown':
    '{{repository}} 目前没有说明“{{ref}}”是否位于 {{commit}}：请稍后再试，或去掉 commit 或 ref',
  'error.notACommit':
    '“{{commit}}”不是完整的提交名称（40 或 64 位十六进制数字）；分支或标签请写在 ref 中',
  'error.notARef': '“{{ref}}”不是分支、标签或提交的名称',
  'error.unknownHost':
    '流水线的来源 {{url}} 不在可以读取引用的代码托管平台上：内置 Git 主机，或在 app-config 中配置了集成的 GitHub、GitLab、Gitea、Bitbucket 或 Azure DevOps；且应为文件夹的 URL',

  'source.notUtf8':
    '源代码中有文件名不是 UTF-8：“{{name}}”（U+FFFD 代表无法解码的部分）；请重命名',
  'source.tooLarge':
    '源代码超过 {{maxBytes}} 字节或 {{maxFiles}} 个文件；请将大文件放在别处，或调高 modelCi.engine.maxSourceBytes 和 maxSourceEntries',
  'source.outside': '源代码中有条目位于其自身之外：“{{name}}”',
  'source.linkOut': '源代码中有链接指向其外部：“{{name}}”指向“{{target}}”',
  'source.oddEntry':
    '源代码中有既非文件、文件夹也非链接的条目：“{{name}}”（{{type}}）',
  'source.noCommitTold':
    '{{url}} 所在的代码托管平台没有说明返回的是哪个提交（“{{etag}}”）；流水线只能从会说明的平台运行',
  'source.manyPlaceholders': '{{file}} 中的定义有超过 {{max, number}} 个占位符',
  'source.foreignDefinition': '{{target}} 处的定义不在流水线的代码仓库中',
  'source.longFile':
    '{{url}} 有 {{bytes, number}} 字节；最多读取 {{max, number}} 字节',
  'source.badYaml': '{{target}} 不是有效的 YAML：{{message}}',

  'store.full':
    '产物目录“{{directory}}”所在的磁盘已满：请释放空间，或将 modelCi.storage.directory 移到更大的磁盘，然后重试',
  'store.readOnly':
    '产物目录“{{directory}}”无法写入（{{error}}）：请授予后端写入权限，然后重试',
  'store.away':
    '位于 {{endpoint}} 的存储桶“{{bucket}}”没有响应（{{error}}）：请在其恢复后重试',
  'store.refused':
    '位于 {{endpoint}} 的存储桶“{{bucket}}”拒绝后端访问（{{error}}）：请检查 modelCi.storage.s3 以及存储桶授予的权限，然后重试',
};
