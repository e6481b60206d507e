export const runs = {
  'run.cancelled': '运行已取消。',
  'run.cancelledBy': '由 {{by}} 取消。',
  'run.noExecutor':
    '本门户没有安装任何执行器：管理员需要将带有执行器的模块添加到后端；之后请重试此运行。',
  'run.source': '运行提交 {{commit}}，其目录树为 {{tree}}',
  'run.sourceInvalid': '无法读取源代码：{{error}}。',
  'run.sourceRefused':
    '无法读取源代码：{{error}}。请检查分支或提交是否存在，以及 app-config 中该代码托管平台的集成是否有权读取；之后请重试此运行。',
  'run.sourceUnreadable_one':
    '无法读取源代码：{{error}}。请检查 {{url}} 是否响应，以及产物存储是否可写；之后请重试此运行。',
  'run.sourceUnreadable_other':
    '尝试 {{count, number}} 次后仍无法读取源代码：{{error}}。请检查 {{url}} 是否响应，以及产物存储是否可写；之后请重试此运行。',
  'run.sourceRetried': '无法读取源代码，稍后将再次读取：{{error}}',
  'run.definitionInvalidMore_one': '{{first}}（另有 {{count, number}} 个错误）',
  'run.definitionInvalidMore_other':
    '{{first}}（另有 {{count, number}} 个错误）',
  'run.stageFailed': '阶段“{{stage}}”失败。',
  'run.stageFailedBecause': '阶段“{{stage}}”失败：{{reason}}',
  'run.stageErrored': '阶段“{{stage}}”无法运行。',
  'run.stageErroredBecause': '阶段“{{stage}}”无法运行：{{reason}}',
  'run.stagesFailed': '阶段 {{stages}} 失败。',
  'run.stagesFailedBecause':
    '阶段 {{stages}} 失败。阶段“{{stage}}”：{{reason}}',
  'run.stagesErrored': '阶段 {{stages}} 无法运行。',
  'run.stagesErroredBecause':
    '阶段 {{stages}} 无法运行。阶段“{{stage}}”：{{reason}}',
  'stage.needsFailed': '此阶段依赖的“{{stage}}”失败了。',
  'stage.needsErrored': '此阶段依赖的“{{stage}}”无法运行。',
  'stage.needsCancelled': '此阶段依赖的“{{stage}}”被取消了。',
  'stage.needsSkipped': '此阶段依赖的“{{stage}}”被跳过了。',
  'stage.instanceEnded': '没有给出原因。',
  'stage.instancesFailed_one': '实例 {{first}} 失败：{{reason}}',
  'stage.instancesFailed_other':
    '{{count, number}} 个实例失败，其中包括 {{instances}}。{{first}}：{{reason}}',
  'stage.instancesErrored_one': '实例 {{first}} 无法运行：{{reason}}',
  'stage.instancesErrored_other':
    '{{count, number}} 个实例无法运行，其中包括 {{instances}}。{{first}}：{{reason}}',
  'stage.noneSelected': '没有实例成功，因此无法选出实例。{{reason}}',
  'stage.notMeasured':
    '成功的实例都没有恰好报告一次 {{metric}}，因此无法选出实例；请报告该指标，或指明以哪个数据集为准。',
  'parity.noPredictions': '实例 {{instance}} 没有可比较的预测结果。',
  'parity.otherExamples':
    '{{instance}} 与 {{reference}} 预测的样本不同，无法比较：缺少 {{missing, number}} 个，多出 {{extra, number}} 个，其中包括 {{ids}}。',
  'parity.otherKinds':
    '{{instance}} 与 {{reference}} 中一方预测数值，另一方预测标签或文本，无法比较。',
  'parity.notMeasured':
    '预测结果是标签或文本时没有 {{metric}}；请对 parity.changed 设置门禁。',
  'parity.unmatched_one':
    '{{environment}} 与 {{reference}} 有 {{count, number}} 个预测只有一方是数值。',
  'parity.unmatched_other':
    '{{environment}} 与 {{reference}} 有 {{count, number}} 个预测只有一方是数值。',
  'parity.notReproducible':
    '在 {{environment}} 内部预测就无法重现：它自己的重复运行之间，{{reason}}。',
  'parity.between': '{{environment}} 对比 {{reference}}：{{reason}}',
  'stage.continued': '由 {{by}} 决定继续：{{reason}}',
  'stage.stopped': '由 {{by}} 决定停止：{{reason}}',
  'stage.inconclusive_one': '门禁无法判定此阶段通过或失败：{{reason}}',
  'stage.inconclusive_other':
    '有 {{count, number}} 个门禁无法判定此阶段通过或失败。第一个：{{reason}}',
  'stage.decisionTimedOut': '没有人在规定时间内作出决定。',
  'alias.promoted': '运行 {{number}} 晋升了其版本。',
  'promotion.refused': '未晋升为 {{alias}}：{{reason}}。',
  'promotion.gatesNotPassed': '阶段“{{stage}}”的门禁没有通过',
  'promotion.notPlanned': '运行开始时没有记录 {{alias}} 的信息；请开始新的运行',
  'promotion.moved':
    '{{alias}} 在此期间已移到 #{{version}}，此运行没有与它比较过；请开始新的运行',
  'promotion.removed': '{{alias}} 在此期间已被移除；请手动设置，或开始新的运行',
  'promotion.laterRun': '{{alias}} 已指向后来的运行 {{number}} 的 #{{version}}',
  'promotion.notAllowed': '{{user}} 无权移动别名：这需要部署权限。{{reason}}',
  'stage.hold': '流水线定义要求运行在此暂停，直到有人查看过结果。',
};
