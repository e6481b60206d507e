export const gates = {
  'gate.onDataset': '{{dataset}} 上的 {{metric}}',
  'gate.above': '{{subject}} 为 {{value}}，高于上限 {{limit}}',
  'gate.below': '{{subject}} 为 {{value}}，低于下限 {{limit}}',
  'gate.between': '{{subject}} 为 {{value}}，介于 {{min}} 和 {{max}} 之间',
  'gate.within': '{{subject}} 为 {{value}}，未超过上限 {{limit}}',
  'gate.reaches': '{{subject}} 为 {{value}}，达到下限 {{limit}}',
  'gate.notMeasured': '{{subject}} 未测得：报告称它不是数字',
  'gate.noLimit': '无法判定 {{subject}}：该门禁既没有“min”也没有“max”',
  'gate.severalDatasets':
    '{{metric}} 在多个数据集上都有报告（{{datasets}}）：请用门禁的“dataset”指明以哪一个为准',
  'gate.unnamedDataset': '一个未命名的数据集',
  'gate.noReport':
    '无法判定 {{metric}}：该阶段没有声明指标报告；请添加“reports.metrics”',
  'gate.notOnDataset':
    '没有报告 {{dataset}} 上的 {{metric}}，只报告了 {{datasets}} 上的值',
  'gate.notReported': '没有报告 {{metric}}：{{path}} 中只有 {{metrics}}',
  'gate.noMetrics': '没有报告 {{metric}}：{{path}} 中没有任何指标',
  'gate.others_one': '另外 {{count}} 项',
  'gate.others_other': '另外 {{count}} 项',
  'stage.gate': '门禁：{{reason}}',
};
