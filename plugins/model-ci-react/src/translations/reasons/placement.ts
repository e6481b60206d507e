export const placement = {
  'placement.executorNotInstalled':
    '未安装执行器 {{executor}}：请添加其后端模块，并在 modelCi.executors.{{executor}} 下启用',
  'placement.executorWithoutNode':
    '执行器 {{executor}} 没有节点：请在 modelCi.executors.{{executor}} 下配置一个',
  'placement.noSuchNode':
    '执行器 {{executor}} 没有名为“{{node}}”的节点：请更正 modelCi.environments，或在 modelCi.executors.{{executor}} 下添加该节点',
  'placement.noMatch': '没有节点匹配 {{labels}}',
  'placement.noBuilder':
    '执行器 {{executor}} 中与 nodeSelector 匹配的节点都不能构建镜像；请更正 nodeSelector，或在 app-config 中让某个节点构建镜像',
  'placement.imageElsewhere':
    '其镜像仅在 {{node}} 上，执行器 {{executor}} 无法在那里放置；请放置到该节点，或将镜像推送到镜像仓库（modelCi.registries 的 push）',
  'placement.unreachable':
    '执行器 {{executor}} 没有可以连接的引擎：{{message}}',
  'placement.noAnswer': '{{node}} 没有响应',
  'placement.noNodeLargeEnough':
    '没有足够大的节点；最接近的是 {{node}}，但即使没有任何任务在运行也太小：{{lacks}}',
  'placement.tooLittleFree': '{{node}} 的空闲资源不足：{{lacks}}',
  'placement.gpus_one': '需要 {{count, number}} 个 GPU，空闲 {{free}} 个',
  'placement.gpus_other': '需要 {{count, number}} 个 GPU，空闲 {{free}} 个',
  'placement.cpus_one': '需要 {{count, number}} 个 CPU，空闲 {{free}} 个',
  'placement.cpus_other': '需要 {{count, number}} 个 CPU，空闲 {{free}} 个',
  'placement.memory': '需要 {{needed}} 内存，空闲 {{free}}',
  'placement.clusterFull_one':
    '{{node}} 已有本门户的 {{count, number}} 次尝试，达到其 maxSubmitted 上限',
  'placement.clusterFull_other':
    '{{node}} 已有本门户的 {{count, number}} 次尝试，达到其 maxSubmitted 上限',
  'placement.cordoned': '所有匹配的节点都已被隔离，不再放置新任务：{{nodes}}',
  'placement.cordonedNode': '{{node}}（{{reason}}）',
  'placement.behind': '{{reason}}；前面还有 {{ahead}} 个',
  'placement.manyAhead': '前面还有许多阶段',
  'placement.backendFull_one':
    '{{node}} 有空闲资源，但后端已在处理 {{count, number}} 次尝试，达到 modelCi.engine.maxHeldAttempts 上限',
  'placement.backendFull_other':
    '{{node}} 有空闲资源，但后端已在处理 {{count, number}} 次尝试，达到 modelCi.engine.maxHeldAttempts 上限',
  'placement.starting': '即将在 {{node}} 上启动',
  'placement.pulling': '正在 {{node}} 上拉取镜像 {{image}}',
  'placement.unreadable': '无法从数据库读取其需求；管理员可以将其宣告为丢失',
};
