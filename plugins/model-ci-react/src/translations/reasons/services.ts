export const services = {
  'service.deploymentRemoved':
    '集群 {{cluster}} 中的 Deployment {{name}} 已被删除',
  'service.addressRemoved': '集群 {{cluster}} 中的 Service {{name}} 已被删除',
  'service.preparing': '正在创建其 Pod',
  'service.starting': '正在启动',
  'service.startingOn': '正在 {{node}} 上启动',
  'service.silent': '{{node}} 上的健康检查路径未返回 200',
  'service.notFetched': '无法获取其工作区：{{said}}',
  'service.imageFailed': '无法获取其镜像：{{said}}',
  'service.unschedulable': '没有节点可以运行它：{{said}}',
  'service.podsRefused': '集群不接受其 Pod：{{said}}',
  'service.crashed':
    '进程已退出（退出码 {{exitCode}}），集群正在重新启动它（Kubernetes：{{said}}）',
  'service.outOfMemory':
    '内存用量超过了申请值；请调高 serving 的 resources.memory',
  'service.scaled':
    '有人将集群 {{cluster}} 中的 Deployment {{name}} 缩放为 {{replicas}} 个副本，而该版本需要 {{wanted}} 个。请将其恢复，或重新部署该版本',
  'service.edited':
    '有人于 {{time}} 用 {{manager}} 修改了集群 {{cluster}} 中的 Deployment {{name}}，应答请求的可能已不是该版本。请重新部署该版本',
};
