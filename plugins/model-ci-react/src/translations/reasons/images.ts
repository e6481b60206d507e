export const images = {
  'image.stepFailed':
    'Dockerfile 的第 {{step}} 步失败，位于 {{file}}:{{line}}（{{instruction}}）：{{error}}',
  'image.lineFailed':
    '构建失败，位于 {{file}}:{{line}}（{{instruction}}）：{{error}}',
  'image.dockerfileInvalid':
    'Dockerfile 在 {{file}}:{{line}}（{{instruction}}）处无效：{{error}}',
  'image.noDockerfile':
    '工作区中没有 {{file}}；请添加 Dockerfile，或更正 imageBuild。',
  'image.baseUnknown':
    '构建前无法确定 {{file}}:{{line}} 的基础镜像：请写明镜像名称，或使用有值的参数。',
  'image.refused': '无法构建镜像：{{error}}',
  'image.otherPipelines':
    '镜像 {{image}} 属于其他流水线，只有该流水线的阶段才能使用',
  'image.noNetwork': '该阶段没有网络，无法获取 {{source}}',
  'image.noContext': '工作区中没有文件夹 {{folder}}',
  'image.contextEscapes': '上下文 {{folder}} 通过链接指向了工作区之外',
  'image.failed': '镜像构建失败：{{error}}',
  'image.notPushed': '镜像已构建，但镜像仓库 {{registry}} 未接受：{{error}}',
  'image.registryFailed':
    '镜像已构建，但镜像仓库 {{registry}} 无法使用：{{error}}',
  'image.engineFailed': '无法构建镜像，因为 {{node}} 出现故障：{{error}}',
  'image.interrupted':
    '构建尚未完成就已终止（退出码 {{exitCode}}）：{{node}} 重启过，或该构建已丢失。',
  'image.notReported': '构建已结束，但 {{executor}} 未报告镜像。',
  'image.executorCannotBuild':
    '执行器 {{executor}} 不能构建镜像；请将该阶段的 executor 设为能构建的执行器，例如 docker。',
  'image.untrusted':
    '该运行来自不受信任的来源（例如复刻仓库的拉取请求，或无法确定已被推送到仓库的提交），因此不构建镜像。请从仓库的分支或标签启动运行。',
  'image.missing': '阶段 {{stage}} 没有构建出可供运行的镜像。',
} as const;
