export const attempts = {
  'attempt.exited': '命令已结束，退出码为 {{exitCode}}。',
  'attempt.exitedNotExecutable':
    '命令已结束，退出码为 {{exitCode}}：某个文件无法执行。请添加执行权限（chmod +x），并检查其首行指定的解释器。',
  'attempt.exitedNotFound':
    '命令已结束，退出码为 {{exitCode}}：找不到某个命令。请检查命令名称，并在镜像中或前面的命令中安装它。',
  'attempt.exitedKilled':
    '命令已结束，退出码为 {{exitCode}}：某个进程被强制终止（SIGKILL），通常是因为内存不足。请减少内存用量，或调高该阶段的 resources.memory。',
  'attempt.exitedCrashed':
    '命令已结束，退出码为 {{exitCode}}：某个进程崩溃（SIGSEGV）。请检查其原生库：可能已损坏，或是为其他版本构建的。',
  'attempt.exitedDiskFull':
    '命令已结束，退出码为 {{exitCode}}：磁盘空间已用尽。请减少该阶段写入的数据、删除不再需要的文件，或请管理员提供空间更大的节点。',
  'attempt.timeout':
    '此次尝试的运行时间超过了超时限制 {{timeout}}；如需更长时间，请调高该阶段的 timeout。',
  'attempt.outOfMemory':
    '此次尝试内存不足；如需更多内存，请调高该阶段的 resources.memory。',
  'attempt.outOfMemoryAtLimit':
    '此次尝试的内存用量达到上限 {{limit}} 后耗尽；如需更多内存，请调高该阶段的 resources.memory。',
  'attempt.logLimit':
    '此次尝试写入的日志超过了 {{limit}}；请减少日志，或调高 modelCi.engine.maxLogBytes。',
  'attempt.cancelled': '此次尝试在运行过程中被取消。',
  'attempt.cancelledBeforeStart': '此次尝试在启动之前被取消。',
  'attempt.cancelledWhileCollecting': '此次尝试在收集结果时被取消。',
  'attempt.preempted': '节点在此次尝试结束之前收回了资源。',
  'attempt.drained': '{{node}} 被清空，而此次尝试在清空期限到达时尚未结束。',
  'attempt.killed': '{{node}} 曾被清空，或此次尝试被外部终止；没有人取消它。',
  'attempt.nodeLost': '{{node}} 自 {{since}} 起无法连接，视为丢失。',
  'attempt.notStarted': '此次尝试无法启动：{{error}}',
  'attempt.notStartedInTime': '此次尝试未能在超时限制 {{timeout}} 内启动。',
  'attempt.mayRun':
    '此次尝试是否在 {{node}} 上运行尚不清楚，因此不再重试：{{error}}',
  'attempt.queueTimeout':
    '此次尝试的排队时间超过了 queueTimeout 限制 {{timeout}}；请调高该阶段的 queueTimeout，或向集群管理员询问为何没有启动。',
  'attempt.collecting': '此次尝试已结束，正在收集其结果：{{error}}',
  'attempt.resultsLost': '此次尝试已结束，但其结果在存储之前已丢失：{{why}}',
  'attempt.givenUp': '此次尝试的结果无法存储，已由 {{by}} 放弃：{{reason}}',
  'attempt.declaredLost': '此次尝试由 {{by}} 宣告丢失：{{reason}}',
  'attempt.rescuedTooOften_one':
    '此次尝试已被接管 1 次而没有进展，因此予以放弃。它是否仍在其节点上运行尚不清楚。',
  'attempt.rescuedTooOften_other':
    '此次尝试已被接管 {{count, number}} 次而没有进展，因此予以放弃。它是否仍在其节点上运行尚不清楚。',
};
