import type { pipelinesMessages } from '../../messages/pipelines';

export const pipelines: Record<keyof typeof pipelinesMessages, string> = {
  'pipelines.caption': '所有模型流水线',
  'pipelines.column.pipeline': '流水线',
  'pipelines.column.owner': '所有者',
  'pipelines.column.lastRun': '最近一次运行',
  'pipelines.column.metrics': '最新指标',
  'pipelines.column.serving': '服务情况',
  'pipelines.filter.search': '按名称搜索',
  'pipelines.filter.status': '最近一次运行',
  'pipelines.filter.owner': '所有者',
  'pipelines.filter.ownerHelp': '实体引用，例如 group:default/ml',
  'pipelines.noRun': '尚未运行',
  'pipelines.noMetrics': '尚无指标',
  'pipelines.notServing': '未部署',
  'pipelines.moreMetrics_one': '另有 {{count}} 项',
  'pipelines.moreMetrics_other': '另有 {{count}} 项',
  'pipelines.empty.title': '尚无模型流水线',
  'pipelines.empty.description':
    '从模板创建一个模型项目：它自带代码库、流水线和第一次运行。',
  'pipelines.noMatch.title': '没有匹配的流水线',
  'pipelines.noMatch.description': '您可查看的流水线中没有符合这些筛选条件的。',
};
