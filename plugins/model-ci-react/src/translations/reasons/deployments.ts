export const deployments = {
  'deployment.placed': '位于节点 {{node}}',
  'deployment.drained': '从正被清空的 {{node}} 迁出',
  'deployment.nodeLost': '从视为丢失的 {{node}} 迁出',
  'deployment.superseded': '版本 {{version}} 已接管',
  'deployment.replaced': '已被版本 {{version}} 的较新部署取代',
  'deployment.noServices':
    '执行器“{{executor}}”未安装或无法运行服务；请安装其后端模块，并在 modelCi.executors.{{executor}} 下启用',
  'deployment.noState': '执行器未在 {{limit}} 内报告服务的状态',
  'deployment.notStarted': '服务无法启动：{{error}}',
  'deployment.notStartedAgain': '服务无法再次启动：{{error}}',
  'deployment.exited': '服务已退出',
  'deployment.exitedBecause': '服务已退出：{{reason}}',
  'deployment.exitedWithCode': '服务已退出，退出码为 {{exitCode}}',
  'deployment.exitedWithCodeBecause':
    '服务已退出，退出码为 {{exitCode}}：{{reason}}',
  'deployment.exitedBeforeHealthy': '服务在达到健康状态之前已退出',
  'deployment.exitedBeforeHealthyBecause':
    '服务在达到健康状态之前已退出：{{reason}}',
  'deployment.exitedBeforeHealthyWithCode':
    '服务在达到健康状态之前已退出，退出码为 {{exitCode}}',
  'deployment.exitedBeforeHealthyWithCodeBecause':
    '服务在达到健康状态之前已退出，退出码为 {{exitCode}}：{{reason}}',
  'deployment.notHealthyInTime':
    '服务未在 {{limit}} 内（serving.startupTimeout）达到健康状态：{{probe}}',
  'deployment.notHealthyAgain': '重启后的服务未能达到健康状态：{{probe}}',
  'deployment.restartAt': '{{reason}}；下次启动时间为 {{time}}',
  'probe.status': 'GET {{path}} 返回了 {{status}}',
  'probe.timeout': 'GET {{path}} 未在 {{limit}} 内响应',
  'probe.failed': 'GET {{path}} 失败：{{error}}',
  'deployment.impossible': '无法部署到 {{environment}}。{{reason}}',
  'deployment.notServable':
    '{{pipeline}} 的版本 {{version}} 无法部署：其提交中的 model-pipeline.yaml 没有“serving”。请添加它，并部署下一次运行注册的版本',
  'deployment.notInPath':
    '{{pipeline}} 的版本 {{version}} 可以部署到 {{environments}}，但不能部署到 {{environment}}：这是其提交中 model-pipeline.yaml 的 deploy.path 所规定的',
  'deployment.noImage':
    '{{pipeline}} 的版本 {{version}} 无法部署到运行容器的 {{environment}}：其提交中的 model-pipeline.yaml 缺少 serving.image',
  'deployment.noReplicas':
    '{{pipeline}} 的版本 {{version}} 无法部署到 {{environment}}：其提交中 model-pipeline.yaml 的 serving.replicas 或 serving.autoscale 要求多个副本，而执行器“{{executor}}”只能运行一个。请部署到执行器支持多个副本的环境（例如 kubernetes），或删除该键',
  'deployment.replicasMissing': '{{wanted}} 个副本中有 {{ready}} 个就绪',
  'deployment.replicasMissingBecause':
    '{{wanted}} 个副本中有 {{ready}} 个就绪：{{trouble}}',
  'deployment.alreadyUnderWay':
    '版本 {{version}} 在 {{environment}} 中已处于“{{status}}”状态（部署 {{deployment}}）；请等待其完成，或先将其停止',
  'deployment.notADeployer':
    '{{who}} 不得部署到 {{environment}}：modelCi.environments 中的保护规则只允许 {{deployers}} 部署；请联系其中一位',
  'deployment.notAPipeline':
    '{{pipeline}} 不得部署到 {{environment}}：modelCi.environments 中的保护规则只接受 {{pipelines}}',
  'deployment.notABranch':
    '分支“{{branch}}”的版本不得部署到 {{environment}}：modelCi.environments 中的保护规则只接受 {{branches}}',
  'deployment.noBranch':
    '不属于任何分支的版本不得部署到 {{environment}}：modelCi.environments 中的保护规则只接受 {{branches}}',
  'deployment.lacksPermission':
    '自动部署将以 {{user}} 的名义进行，但该用户没有对“{{pipeline}}”的“{{permission}}”权限；请由拥有该权限的人部署此版本',
  'deployment.tokenLacksAction':
    '注册此版本的构建所用的令牌不能用于操作“deploy”，或其用户 {{user}} 没有对“{{pipeline}}”的“{{permission}}”权限；请由拥有该权限的人部署此版本',
  'deployment.permissionUnknown':
    '无法确定推送者 {{user}} 是否有权部署：{{error}}。在此之前，请手动部署此版本',
};
