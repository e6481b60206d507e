export const gates = {
  'gate.on': '{{places}} 上的 {{metric}}',
  'gate.baseline': '{{name}} 版本 {{version}}',
  'gate.interval': '{{lower}} 至 {{upper}}',
  'gate.atLeast': '≥ {{limit}}',
  'gate.atMost': '≤ {{limit}}',
  'gate.betterBy': '好 {{amount}}',
  'gate.worseBy': '差 {{amount}}',
  'gate.equal': '持平',
  'gate.above': '{{subject}} 为 {{value}}，高于上限 {{limit}}',
  'gate.below': '{{subject}} 为 {{value}}，低于下限 {{limit}}',
  'gate.between': '{{subject}} 为 {{value}}，介于 {{min}} 和 {{max}} 之间',
  'gate.within': '{{subject}} 为 {{value}}，未超过上限 {{limit}}',
  'gate.reaches': '{{subject}} 为 {{value}}，达到下限 {{limit}}',
  'gate.notMeasured': '{{subject}} 未测得：报告称它不是数字',
  'gate.noNumber': '未测得 {{subject}}：它的样本得不出数字',
  'gate.contradicts':
    '{{subject}} 自相矛盾：报告称为 {{reported}}，由样本算得 {{computed}}',
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
  'gate.others_one': '另外 {{count, number}} 项',
  'gate.others_other': '另外 {{count, number}} 项',
  'gate.clears':
    '{{subject}} 为 {{value}}，确定满足界限 {{limit}}：其区间为 {{interval}}',
  'gate.misses':
    '{{subject}} 为 {{value}}，确定不满足界限 {{limit}}：其区间为 {{interval}}',
  'gate.undecided':
    '{{subject}} 为 {{value}}，可能满足也可能不满足界限 {{limit}}：其区间为 {{interval}}',
  'gate.notWorse':
    '{{subject}} 与 {{baseline}} 相比，变差不超过 {{margin}}：{{difference}}，区间为 {{interval}}',
  'gate.sameModel_one':
    '{{subject}} 与 {{baseline}} 相同：两者是同一个模型。产物、命令、参数和代码（文档除外）都相同，{{count, number}} 个样本的预测也相同',
  'gate.sameModel_other':
    '{{subject}} 与 {{baseline}} 相同：两者是同一个模型。产物、命令、参数和代码（文档除外）都相同，{{count, number}} 个样本的预测也全部相同',
  'gate.worse':
    '{{subject}} 与 {{baseline}} 相比，变差超过 {{margin}}：{{difference}}，区间为 {{interval}}',
  'gate.undecidedAgainst':
    '{{subject}} 与 {{baseline}} 相比，变差是否超过 {{margin}} 尚不能确定：{{difference}}，区间为 {{interval}}',
  'gate.wouldDecide_one':
    '{{reason}}；大约 {{count, number}} 个样本才能得出结论',
  'gate.wouldDecide_other':
    '{{reason}}；大约 {{count, number}} 个样本才能得出结论',
  'gate.firstVersion':
    '这是第一个版本：还没有可与 {{subject}} 比较的 {{baseline}}',
  'gate.noBaseline': '无法比较 {{subject}}：{{reason}}',
  'baseline.noVersion': '没有版本 {{version}}；请指明存在的版本或别名',
  'baseline.aliasRemoved':
    '别名“{{name}}”已被移除；请重新设置，然后开始新的运行',
  'baseline.nothingServes':
    '“{{name}}”中目前没有服务；请在那里部署一个版本，或与别名比较，然后开始新的运行',
  'baseline.unknown':
    '既没有别名也没有环境“{{name}}”；请更正名称或设置该别名，然后开始新的运行',
  'baseline.notPlanned': '运行开始时没有记录比较对象；请开始新的运行',
  'gate.noDirection':
    '无法比较 {{subject}}：没有说明越高越好还是越低越好；请在“reports.directions”中说明',
  'gate.notLower':
    '没有比较 {{subject}}：它越高越好，但该版本的报告称越低越好；请在“reports.directions”中说明',
  'gate.notHigher':
    '没有比较 {{subject}}：它越低越好，但该版本的报告称越高越好；请在“reports.directions”中说明',
  'gate.noExamples':
    '无法以置信度判定 {{subject}}：该阶段没有报告它的样本；请添加“reports.predictions”，或在指标报告中添加“stderr”和“n”',
  'gate.noScore':
    '无法以置信度判定 {{subject}}：样本中没有这个名称的得分，也不能由预测值计算',
  'gate.severalExamples':
    '{{metric}} 可以由多个数据集的样本计算：请用门禁的“dataset”指明以哪一个为准',
  'gate.noExamplesToCompare':
    '无法比较 {{subject}}：该阶段没有报告它的样本；请添加“reports.predictions”',
  'gate.noBaselineExamples':
    '无法比较 {{subject}}：{{baseline}} 在该阶段没有它的样本',
  'gate.noTarget': '无法计算 {{subject}}：样本没有目标值',
  'gate.notNumbers': '无法计算 {{subject}}：预测值和目标值必须是数字',
  'gate.notBinary':
    '无法计算 {{subject}}：目标值必须分为两类，并且已知哪一类是正类，例如 0 和 1',
  'gate.incomplete': '未测得 {{subject}}：有些样本没有预测值或目标值',
  'gate.examplesNotMeasured_one':
    '有 {{count, number}} 个样本未测得 {{subject}}：{{ids}}',
  'gate.examplesNotMeasured_other':
    '有 {{count, number}} 个样本未测得 {{subject}}：{{ids}}',
  'gate.baselineNotMeasured_one':
    '无法比较 {{subject}}：{{baseline}} 有 {{count, number}} 个样本未测得：{{ids}}',
  'gate.baselineNotMeasured_other':
    '无法比较 {{subject}}：{{baseline}} 有 {{count, number}} 个样本未测得：{{ids}}',
  'gate.metricUndefined':
    '{{subject}} 对这些样本没有定义，或者对太多的抽样没有定义',
  'gate.tooFew': '{{subject}} 没有可供判断的离散程度：测得的样本或分组少于两个',
  'gate.tooFewUnits':
    '{{subject}} 只基于 {{units, number}} 个独立样本或分组：计算区间至少需要 {{count, number}} 个',
  'gate.noSlices':
    '没有在切片“{{slices}}”上测得 {{metric}}：请在“reports.predictions”中报告它，取值最多 200 种',
  'gate.tooManySlices':
    '没有在切片“{{slices}}”上判定 {{metric}}：它有 {{values, number}} 种取值，超过 {{max, number}} 种',
  'gate.sliceNotMeasured':
    '未测得 {{subject}}：该版本的样本和报告都没有提到这个切片',
  'gate.sliceWithoutExamples':
    '无法以置信度判定 {{subject}}：没有样本属于这个切片；请在“reports.predictions”的“slices”中注明，或在指标报告中添加“stderr”和“n”',
  'gate.sliceNotCompared':
    '无法比较 {{subject}}：该版本没有样本属于这个切片；请在“reports.predictions”的“slices”中注明',
  'gate.otherData':
    '没有将 {{subject}} 与 {{baseline}} 比较：它是在其他数据上测得的',
  'gate.otherTask': '没有将 {{subject}} 与 {{baseline}} 比较：任务不同',
  'gate.duplicateIds_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个 id 重复：{{ids}}',
  'gate.duplicateIds_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个 id 重复：{{ids}}',
  'gate.missingIds_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：缺少它的 {{count, number}} 个样本：{{ids}}',
  'gate.missingIds_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：缺少它的 {{count, number}} 个样本：{{ids}}',
  'gate.extraIds_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：新增了 {{count, number}} 个样本：{{ids}}',
  'gate.extraIds_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：新增了 {{count, number}} 个样本：{{ids}}',
  'gate.otherGroups_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本属于其他分组：{{ids}}',
  'gate.otherGroups_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本属于其他分组：{{ids}}',
  'gate.otherTargets_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本的目标值不同：{{ids}}',
  'gate.otherTargets_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本的目标值不同：{{ids}}',
  'gate.otherSlices_one':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本属于其他切片：{{ids}}',
  'gate.otherSlices_other':
    '没有将 {{subject}} 与 {{baseline}} 比较：有 {{count, number}} 个样本属于其他切片：{{ids}}',
  'stage.gate': '门禁：{{reason}}',
};
