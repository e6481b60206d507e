import type { evaluationsMessages } from '../../messages/evaluations';

export const evaluations: Record<keyof typeof evaluationsMessages, string> = {
  'overview.title': '模型流水线',
  'overview.definitionErrors_one':
    '默认分支上的定义无效：{{count, number}} 个错误',
  'overview.definitionErrors_other':
    '默认分支上的定义无效：{{count, number}} 个错误',
  'overview.sourceSince': '首次发现：',
  'overview.moreErrors_one': '另有 {{count, number}} 个错误',
  'overview.moreErrors_other': '另有 {{count, number}} 个错误',
  'overview.lastRun': '最近一次运行',
  'overview.noRun': '还没有运行。请推送提交或启动一次运行。',
  'overview.version': '最新版本',
  'overview.noVersion': '还没有版本。默认分支的运行成功后会注册版本。',
  'overview.metrics': '指标',
  'overview.noMetrics': '此版本没有指标。',
  'overview.serving': '服务',
  'overview.openPipeline': '打开流水线 {{name}}',

  'metric.change': '上一版本为 {{previous}}',
  'metric.onDataset': '数据集 {{dataset}}',

  'evaluations.views': '评估视图',
  'evaluations.view.metrics': '指标',
  'evaluations.view.history': '历史',
  'evaluations.view.compare': '对比',
  'evaluations.empty.title': '还没有评估',
  'evaluations.empty.description':
    '带有指标报告（model-pipeline.yaml 中的 reports.metrics）的阶段运行之后，指标会显示在这里。',
  'evaluations.scope.label': '显示',
  'evaluations.scope.versions': '版本',
  'evaluations.scope.runs': '全部运行',
  'evaluations.noVersions.title': '还没有版本',
  'evaluations.noVersions.description':
    '默认分支的运行成功后会注册版本。选择“全部运行”可查看所有运行的指标。',
  'evaluations.cut':
    '共 {{total}} 个指标，此处显示前 {{shown}} 个。可在历史中选择任意一个。',
  'evaluations.cutAtLeast':
    '指标超过 {{total}} 个，此处显示前 {{shown}} 个。可在历史中选择其他指标。',
  'evaluations.chartLabel': '{{metric}}，共 {{points}} 个点',
  'evaluations.higherIsBetter': '越高越好',
  'evaluations.lowerIsBetter': '越低越好',
  'evaluations.gateMin': '不低于 {{limit}}',
  'evaluations.gateMax': '不高于 {{limit}}',
  'evaluations.noGate': '没有门禁',
  'evaluations.point': '{{label}}：{{metric}} {{value}}',
  'evaluations.outside': '未通过门禁',
  'evaluations.versionLabel': 'v{{version}}',
  'evaluations.runLabel': '#{{number}}',

  'evaluations.table.caption': '各版本或运行的指标，最新的在前',
  'evaluations.table.what': '版本',
  'evaluations.table.run': '运行',
  'evaluations.table.commit': '提交',
  'evaluations.table.at': '测量时间',
  'evaluations.table.servesIn': '正在 {{environments}} 提供服务',
  'evaluations.table.select': '对比版本 {{version}}',
  'evaluations.table.noVersion': '无',

  'compare.title': '对比',
  'compare.caption': '所选版本的指标',
  'compare.hint': '在表中选择两个或更多版本进行对比。',
  'compare.open_one': '对比 {{count, number}} 个版本',
  'compare.open_other': '对比 {{count, number}} 个版本',
  'compare.clear': '清除选择',
  'compare.metric': '指标',
  'evaluations.notMeasured': '未测得',
  'compare.notMeasured': '未测得',
  'compare.missing': '未报告',
  'compare.reference': '基准',
};
