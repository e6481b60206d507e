export const kubernetes = {
  'kubernetes.waitScheduler': '调度器尚未作出决定',
  'kubernetes.waitNode': '节点 {{node}} 正在准备镜像和存储卷',
  'kubernetes.waitWorkspace': '正在获取工作区',
  'kubernetes.limitsDemanded':
    '命名空间的配额不接受未设置资源上限的 Pod（{{said}}）。管理员可以在 app-config 中为该集群设置默认的 resources，或在命名空间中创建 LimitRange',
  'kubernetes.lostNode': '节点 {{node}} 不再响应，集群已放弃其上的 Pod。',
  'kubernetes.lostPod': 'Pod 已结束：{{why}}',
  'kubernetes.lostRemoved': 'Pod 已不存在：已被人或其他程序删除。',
  'kubernetes.lostResults': 'Pod 的边车容器在交出结果之前已结束：{{why}}',
  'kubernetes.lostSidecar':
    'Pod 的边车容器先于阶段结束，阶段随后也被终止：{{why}}',
  'kubernetes.lostStart': '容器无法启动：{{error}}',
  'kubernetes.lostWorkspace': '无法获取工作区：{{error}}',
};
