import type { deploymentsMessages } from '../../messages/deployments';

export const deployments: Record<keyof typeof deploymentsMessages, string> = {
  'deployments.caption': '部署记录，最新的在前',
  'deployments.environments.none': '没有配置环境',
  'deployments.environments.noneHelp':
    '平台工程师在 app-config 的 modelCi.environments 下配置环境。',
  'deployments.environments.empty': '这里还没有版本提供服务。',
  'deployments.environments.version': '版本 {{version}}',
  'deployments.environments.since': '开始服务于',
  'deployments.environments.restarts_one': '崩溃后重启 {{count}} 次',
  'deployments.environments.restarts_other': '崩溃后重启 {{count}} 次',
  'deployments.environments.nextRestart': '下次重启',
  'deployments.environments.endpoint': '访问地址',
  'deployments.environments.copyEndpoint': '复制 {{environment}} 的地址',
  'deployments.environments.underWay': '版本 {{version}} 正在启动 …',
  'deployments.environments.latestFailed':
    '最近一次部署（版本 {{version}}）失败：{{reason}}',

  'deployments.deploy': '部署',
  'deployments.deployLabel': '部署一个版本',
  'deployments.deployTo': '部署到 {{environment}}',
  'deployments.deployVersion': '部署版本 {{version}}',
  'deployments.noVersions':
    '还没有可提供服务的版本：默认分支上成功、且定义中包含 serving 的运行会登记版本。',
  'deployments.dialog.title': '部署一个版本',
  'deployments.dialog.description':
    '新版本与当前服务并行启动，健康之后才接管访问地址。',
  'deployments.dialog.version': '版本',
  'deployments.dialog.versionOption': '版本 {{version}} · {{commit}}',
  'deployments.dialog.notServable': '没有 serving 定义',
  'deployments.dialog.environment': '环境',
  'deployments.dialog.comment': '备注（可选）',
  'deployments.dialog.commentHelp': '为何部署此版本；备注会保留在历史中。',
  'deployments.dialog.submit': '部署',

  'deployments.rollBack': '回滚到此版本',
  'deployments.rollBackLabel': '将 {{environment}} 回滚到版本 {{version}}',
  'deployments.rollBackDialog.title':
    '将 {{environment}} 回滚到版本 {{version}}？',
  'deployments.rollBackDialog.description':
    '该版本会重新启动，健康之后接管。在此之前，当前服务继续运行。',
  'deployments.rollBackDialog.submit': '回滚',

  'deployments.stop': '停止服务',
  'deployments.stopLabel': '在 {{environment}} 停止版本 {{version}}',
  'deployments.stopDialog.title': '在 {{environment}} 停止版本 {{version}}？',
  'deployments.stopDialog.description':
    '在部署其他版本之前，访问地址将不再响应。',
  'deployments.stopDialog.submit': '停止服务',

  'deployments.column.status': '状态',
  'deployments.column.version': '版本',
  'deployments.column.environment': '环境',
  'deployments.column.by': '操作者',
  'deployments.column.when': '时间',
  'deployments.column.why': '原因',
  'deployments.column.actions': '操作',
  'deployments.trigger.manual': '手动部署',
  'deployments.trigger.automatic': '由运行自动部署',
  'deployments.trigger.rollback': '回滚',
  'deployments.details': '此次部署的详情',
  'deployments.detail.history': '状态变化',
  'deployments.detail.log': '服务日志的末尾',
  'deployments.detail.noLog': '服务没有输出。',
  'deployments.empty.title': '还没有部署',
  'deployments.empty.description':
    '部署一个版本：它与当前服务并行启动，健康之后才接管。',

  'tryIt.title': '试用',
  'tryIt.open': '试用',
  'tryIt.openLabel': '向 {{environment}} 发送预测请求',
  'tryIt.description': '将此 JSON 发送到正在服务的版本的 POST {{path}}。',
  'tryIt.input': '请求（JSON）',
  'tryIt.invalid': '不是有效的 JSON：{{message}}',
  'tryIt.send': '发送',
  'tryIt.answer': '响应',
  'tryIt.status': 'HTTP {{status}}，用时 {{duration}}',
};
