import type { deploymentsMessages } from '../../messages/deployments';

export const deployments: Record<keyof typeof deploymentsMessages, string> = {
  'deployments.caption': '部署记录，最新的在前',
  'deployments.environments.none': '未配置环境',
  'deployments.environments.noneHelp':
    '环境在 app-config 的 modelCi.environments 下配置。',
  'deployments.environments.empty': '没有正在提供服务的版本。',
  'deployments.environments.version': '版本 {{version}}',
  'deployments.environments.since': '开始服务于',
  'deployments.environments.restarts_one': '已重启 {{count, number}} 次',
  'deployments.environments.restarts_other': '已重启 {{count, number}} 次',
  'deployments.environments.replicas_one':
    '{{count, number}} 个副本中有 {{ready, number}} 个就绪',
  'deployments.environments.replicas_other':
    '{{count, number}} 个副本中有 {{ready, number}} 个就绪',
  'deployments.environments.nextRestart': '下次重启',
  'deployments.environments.endpoint': '端点',
  'deployments.environments.copyEndpoint': '复制 {{environment}} 的端点 URL',
  'deployments.environments.underWay': '版本 {{version}} 正在启动…',
  'deployments.environments.latestFailed':
    '最近一次部署（版本 {{version}}）失败：{{reason}}',

  'deployments.deploy': '部署',
  'deployments.deployLabel': '部署一个版本',
  'deployments.deployTo': '部署到 {{environment}}',
  'deployments.deployVersion': '部署版本 {{version}}',
  'deployments.noVersions':
    '还没有可部署的版本。默认分支的运行成功后会注册版本；流水线定义必须包含 serving 部分。',
  'deployments.dialog.title': '部署一个版本',
  'deployments.dialog.description':
    '新版本与当前版本并行启动，健康后流量才会切换到新版本。',
  'deployments.dialog.version': '版本',
  'deployments.dialog.openVersion': '打开版本 {{version}}',
  'deployments.dialog.notServable': '没有 serving 部分',
  'deployments.dialog.unreadable': '无法读取定义',
  'deployments.dialog.environment': '环境',
  'deployments.dialog.comment': '备注（可选）',
  'deployments.dialog.commentHelp': '会显示在部署历史中。',
  'deployments.dialog.typed': '输入 {{text}} 以确认',
  'deployments.dialog.submit': '部署',

  'deployments.rollBack': '回滚',
  'deployments.rollBackLabel': '将 {{environment}} 回滚到版本 {{version}}',
  'deployments.rollBackDialog.title':
    '将 {{environment}} 回滚到版本 {{version}}？',
  'deployments.rollBackDialog.description':
    '版本 {{version}} 与当前版本并行启动，健康后流量才会切换过去。',
  'deployments.rollBackDialog.submit': '回滚',

  'deployments.stop': '停止服务',
  'deployments.stopLabel': '停止在 {{environment}} 中提供版本 {{version}}',
  'deployments.stopDialog.title':
    '停止在 {{environment}} 中提供版本 {{version}}？',
  'deployments.stopDialog.description': '在部署其他版本之前，端点将不可用。',
  'deployments.stopDialog.submit': '停止服务',

  'deployments.column.status': '状态',
  'deployments.column.version': '版本',
  'deployments.column.environment': '环境',
  'deployments.column.by': '部署者',
  'deployments.column.when': '时间',
  'deployments.column.why': '原因',
  'deployments.column.actions': '操作',
  'deployments.trigger.manual': '手动部署',
  'deployments.trigger.automatic': '自动部署',
  'deployments.trigger.rollback': '回滚',
  'deployments.details': '部署详情',
  'deployments.detail.history': '历史',
  'deployments.detail.image': '镜像',
  'deployments.detail.log': '服务日志（末尾）',
  'deployments.detail.noLog': '服务没有任何输出。',
  'deployments.empty.title': '还没有部署',
  'deployments.empty.description': '部署一个版本，即可用它提供预测服务。',
};
