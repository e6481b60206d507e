export const slurm = {
  'slurm.waitResources': '尚无足够的空闲机器（Slurm：{{word}}）',
  'slurm.waitPriority': '优先级更高的作业排在前面（Slurm：{{word}}）',
  'slurm.waitScheduler': '调度器尚未处理该作业（Slurm：{{word}}）',
  'slurm.waitDependency': '该作业依赖的另一作业未按要求结束（Slurm：{{word}}）',
  'slurm.waitPartitionTime':
    '时间限制超过了分区允许的上限，因此永远不会启动：请降低阶段的 timeout 或 slurm.time，或选择其他分区（Slurm：{{word}}）',
  'slurm.waitPartitionSize':
    '该阶段请求的资源超过分区对单个作业的上限，因此永远不会启动（Slurm：{{word}}）',
  'slurm.waitPartitionDown':
    '该分区目前不启动作业；请咨询集群管理员（Slurm：{{word}}）',
  'slurm.waitConstraints':
    '没有机器满足 slurm.constraint 的要求（Slurm：{{word}}）',
  'slurm.waitGpuLimit': '账户或服务质量的 GPU 上限已达到（Slurm：{{word}}）',
  'slurm.waitAccountLimit': '已达到 Slurm 账户的上限（Slurm：{{word}}）',
  'slurm.waitQosLimit': '已达到服务质量的上限（Slurm：{{word}}）',
  'slurm.waitInvalidAccount':
    'Slurm 不接受该账户或服务质量；请更正 slurm.account 或 slurm.qos（Slurm：{{word}}）',
  'slurm.waitHeld': '该作业被挂起；请咨询集群管理员（Slurm：{{word}}）',
  'slurm.waitBegin': '该作业在某个时间之前不能启动（Slurm：{{word}}）',
  'slurm.waitMachines': '所需的机器已被预留、停机或排空（Slurm：{{word}}）',
  'slurm.waitLicenses': '许可证尚未空闲（Slurm：{{word}}）',
  'slurm.waitOther': 'Slurm 报告：{{word}}',
  'slurm.lostFolder': '此次尝试的文件夹已不存在，其中留下的内容也随之丢失。',
  'slurm.lostNoRecord':
    'Slurm 作业 {{job}} 以 {{state}} 状态结束，且没有留下结束记录。',
  'slurm.lostCancelled': 'Slurm 作业 {{job}} 在 Model CI 之外被取消。',
  'slurm.lostMachine': 'Slurm 作业 {{job}} 所在的机器 {{machine}} 发生故障。',
  'slurm.lostJob': 'Slurm 已不再知道该作业，且它没有留下结束记录。',
};
