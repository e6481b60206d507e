import type { pipelinesMessages } from '../../messages/pipelines';

export const pipelines: Record<keyof typeof pipelinesMessages, string> = {
  'pipelines.caption': '模型流水线',
  'pipelines.column.pipeline': '流水线',
  'pipelines.column.owner': '所有者',
  'pipelines.column.lastRun': '最近一次运行',
  'pipelines.column.metrics': '最新指标',
  'pipelines.column.serving': '服务',
  'pipelines.filter.search': '按名称搜索',
  'pipelines.filter.status': '最近一次运行',
  'pipelines.filter.owner': '所有者',
  'pipelines.filter.mine': '我和我的团队',
  'pipelines.sourceProblem': '代码仓库有问题',
  'pipelines.noRun': '没有运行',
  'pipelines.recentRun': '第 {{number}} 次运行：{{status}}',
  'pipelines.noMetrics': '没有指标',
  'pipelines.notServing': '未部署',
  'pipelines.moreMetrics_one': '另有 {{count, number}} 项',
  'pipelines.moreMetrics_other': '另有 {{count, number}} 项',
  'pipelines.empty.title': '还没有模型流水线',
  'pipelines.empty.description':
    '从模板创建模型项目，或注册已有流水线的代码仓库。',
  'pipelines.noMatch.title': '没有匹配的流水线',
  'pipelines.noMatch.description': '没有符合所选筛选条件的流水线。',
};
