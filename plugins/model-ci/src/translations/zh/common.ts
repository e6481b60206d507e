import type { commonMessages } from '../../messages/common';

export const common: Record<keyof typeof commonMessages, string> = {
  'app.pipelinesTab': '流水线',
  'app.nodesTab': '节点',

  'image.onlyOn': '仅在 {{node}} 上',

  'status.queued': '排队中',
  'status.running': '运行中',
  'status.waiting': '等待决定',
  'status.succeeded': '成功',
  'status.failed': '失败',
  'status.errored': '平台错误',
  'status.cancelled': '已取消',
  'status.skipped': '已跳过',

  'decided.continue': '由 {{people}} 放行',
  'decided.stop': '被 {{people}} 停止',
  'decided.nobody': '因逾期无人决定而停止',

  'waited.ended': '等待决定 {{duration}}',
  'waited.open': '已等待决定 {{duration}}',

  'phase.pending': '待启动',
  'phase.collecting': '正在收集结果',

  'deploymentStatus.queued': '排队中',
  'deploymentStatus.starting': '启动中',
  'deploymentStatus.serving': '服务中',
  'deploymentStatus.superseded': '已被取代',
  'deploymentStatus.stopped': '已停止',
  'deploymentStatus.failed': '失败',

  'health.unknown': '健康状况未知',
  'health.healthy': '健康',
  'health.unhealthy': '不健康',
  'health.restarting': '正在重启',

  'trigger.push': '推送',
  'trigger.tag': '标签',
  'trigger.pull_request': '拉取请求',
  'pullRequest.title': '拉取请求',
  'pullRequest.link': '请求 {{number}}',
  'pullRequest.branches': '{{source}} 合入 {{target}}',
  'pullRequest.trust': '来源',
  'pullRequest.fork': '复刻仓库；该运行不会获得任何机密',
  'run.untrusted':
    '提交可能来自复刻仓库；该运行不属于任何分支，也不会获得任何机密',
  'trigger.schedule': '定时启动',
  'trigger.scheduleNamed': '按计划 {{name}} 启动',
  'trigger.manual': '手动启动',
  'trigger.template': '由模板创建',
  'trigger.external': '由其他 CI 上报',

  'common.reason': '原因',
  'common.reasonHelp': '会记录在历史中。',
  'common.retry': '重试',
  'common.cancel': '取消',
  'common.close': '关闭',
  'common.all': '全部',
  'common.none': '无',
  'common.loading': '正在加载…',
  'common.refreshFailed': '刷新失败：{{message}}。当前显示的数据可能已过时。',
  'common.actionFailed': '操作失败',
  'common.filter': '筛选',
  'common.clearFilters': '清除筛选',
  'common.showDetails': '显示详情',
  'common.hideDetails': '隐藏详情',
  'common.copyCommit': '复制提交 {{commit}}',
  'common.copyTree': '复制树 {{tree}}',
  'common.copyDigest': '复制摘要 {{digest}}',
  'common.version': '版本 {{version}}',
  'common.run': '第 {{number}} 次运行',
  'common.platform': 'Model CI',

  'paging.label': '分页',
  'paging.newest': '第一页',
  'paging.previous': '上一页',
  'paging.next': '下一页',

  'permission.loading': '正在检查您的权限…',
  'permission.run':
    '您没有运行此流水线的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.pipeline.run”权限。',
  'permission.decide':
    '您没有对此流水线的阶段作出决定的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.stage.decide”权限。',
  'permission.cancel':
    '您没有取消此流水线运行的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.pipeline.cancel”权限。',
  'permission.deploy':
    '您没有部署此流水线的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.pipeline.deploy”权限。',
  'permission.invoke':
    '您没有调用此模型的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.endpoint.invoke”权限。',
  'permission.token':
    '您没有管理此流水线令牌的权限。请向其所有者 {{owner}} 或门户管理员申请“model-ci.token.manage”权限。',
  'permission.ownerUnknown': '未知',
  'permission.failed': '无法检查您的权限：{{message}}',

  'entity.noPipelineTitle': '此模型没有流水线',
  'entity.noPipelineDescription':
    '要添加流水线，请在代码仓库的 catalog-info.yaml 中定义一个 ModelPipeline，并将其 spec.model 设为此组件；也可以从模板创建项目。',
  'entity.selectPipeline': '流水线',
  'entity.createProject': '创建模型项目',
};
