export const reports = {
  'report.unreadable': '无法读取 {{kind}} 报告 {{path}}：{{problem}}',
  'report.unreadableAtLine':
    '无法读取 {{kind}} 报告 {{path}}，第 {{line}} 行：{{problem}}',
  'report.unreadableAtColumn':
    '无法读取 {{kind}} 报告 {{path}}，第 {{line}} 行第 {{column}} 列：{{problem}}',
  'report.missing':
    '缺少 {{kind}} 报告 {{path}}：命令没有写出它；请让命令写出该文件，或更正“reports.{{kind}}”下的路径',
  'report.notWritten': '缺少 {{kind}} 报告 {{path}}：{{why}}；请让命令写出它',
  'report.testsFailed':
    '{{total, number}} 个测试中有 {{failed, number}} 个失败：{{tests}}',
  'report.repeated':
    '{{first}} 和 {{second}} 都报告了 {{metric}}；请只报告一次，或指明不同的数据集',
  'report.tooManyMetrics':
    '该阶段的所有指标报告合计超过 {{max, number}} 个指标；请去掉无人比较的指标',
  'report.notUtf8': '文本不是 UTF-8；请用 UTF-8 写文件',
  'report.empty': '文件为空',
  'report.moreErrors': '从这里开始还有更多错误',
  'report.expectedValue': '此处应为一个值，却是 {{found}}',
  'report.expectedName': '此处应为双引号中的名称，却是 {{found}}',
  'report.expectedColon': '{{name}} 之后应为“:”，却是 {{found}}',
  'report.expectedComma': '此处应为“,”或“{{close}}”，却是 {{found}}',
  'report.trailingComma': '“{{close}}”之前不能有逗号',
  'report.afterEnd': '值之后不能再有内容，却有 {{found}}',
  'report.openText': '双引号中的文本没有结束',
  'report.badText': '双引号中的文本含有换行、控制字符或未知的转义',
  'report.longText': '文本超过 {{max, number}} 字节',
  'report.deep': '值的嵌套超过 {{max, number}} 层',
  'report.notANumber':
    '{{word}} 不是 JSON 认识的数字；请去掉该值，或报告一个有限的数',
  'report.metricsShape':
    '应为 {"rmse": 12.3} 这样的对象，或 {"name", "value"} 的列表，却是 {{found}}',
  'report.metricsMany': '超过 {{max, number}} 个指标；请去掉无人比较的指标',
  'report.entryShape':
    '第 {{entry}} 项：应为含有 name 和 value 的对象，却是 {{found}}',
  'report.entryKey': '第 {{entry}} 项：未知的键 {{key}}；已知的键有 {{known}}',
  'report.entryKeyTwice': '第 {{entry}} 项：{{key}} 出现了两次',
  'report.entryLacks': '第 {{entry}} 项：缺少 {{key}}',
  'report.metricTwice':
    '{{metric}} 已经报告过；请只报告一次，或指明不同的数据集或切片',
  'report.notAName': '{{what}} 必须是文本，却是 {{found}}',
  'report.badName':
    '{{name}} 不能用作 {{what}}：请使用 1 到 {{max, number}} 个可见字符，不含换行，首尾没有空格',
  'report.badSlice':
    '{{name}} 不能用作切片：请写出名称和值，例如 "region=north"',
  'report.valueNotNumber': '{{what}} 必须是数字，却是 {{found}}',
  'report.valueTooLarge': '{{what}} 的数值过大：{{number}}',
  'report.valueNegative': '{{what}} 不能为负，却是 {{number}}',
  'report.valueNotCount': '{{what}} 必须是样本的整数个数，却是 {{number}}',
  'report.valueNotBoolean': '{{what}} 必须是 true 或 false，却是 {{found}}',
  'report.partOf': '{{subject}} 的 {{part}}',
  'report.entry': '第 {{entry}} 项',
  'report.longLine': '该行超过 {{max, number}} 字节；请每行写一个样本',
  'report.blankLine': '该行为空；空行只能出现在末尾',
  'report.notFinite': 'NaN 和 Infinity 不是 JSON；请去掉该行，或写一个有限的数',
  'report.notJson': '不是 JSON：{{text}}',
  'report.lineShape': '应为 {"id", "prediction"} 对象，却是 {{found}}',
  'report.badId': '“id”必须是文本或数字',
  'report.noPredictionInLine': '缺少“prediction”',
  'report.tooLarge': '{{what}} 的数值过大',
  'report.halfCharacter': 'id {{id}} 含有半个字符',
  'report.badScore': '“score”必须是数字',
  'report.labelNoText': '{{what}} 必须是文本',
  'report.badLabel':
    '{{what}} 不能是 {{label}}：请使用 1 到 {{max, number}} 个可见字符，不含换行',
  'report.slicesShape': '“slices”必须是 {"region": "north"} 这样的对象',
  'report.badSliceName':
    '切片不能名为 {{name}}：请使用 1 到 {{max, number}} 个可见字符，不含换行和“=”',
  'report.idTwice': 'id {{id}} 已在前面的行中出现；每个 id 只能出现一次',
  'report.noPrediction':
    '文件中没有预测；请每行写一个 JSON 对象 {"id", "prediction"}',
  'report.manyPredictions': '超过 {{max, number}} 个预测；请只写一个抽样的预测',
  'report.tooMuch': '{{limit}}；请只写一个抽样',
  'report.lmEvalName':
    'lm-evaluation-harness 写出 results_*.json 和 samples_*.jsonl；请指明这些文件或其所在文件夹',
  'report.lmEvalShape':
    '不是 lm-evaluation-harness 的结果：应为含有“results”的对象',
  'report.lmEvalMany':
    '“{{section}}”含有超过 {{max, number}} 项；请一次少评估一些任务',
  'report.manyFilters':
    '一个任务的样本最多可有 {{max, number}} 个过滤器，其名称最多 {{length, number}} 个字符',
  'report.beyondReading': '文件中的文本过长，或值的嵌套过深，无法读取',
  'report.sampleShape':
    '不是 lm-evaluation-harness 的样本：应为含有“doc_id”和得分的对象',
  'report.taskTwice':
    '任务 {{task}} 的样本既在 {{first}} 中，也在 {{second}} 中；请让该阶段对每个任务只写一次评估',
  'report.manyFiles':
    '文件超过 {{max, number}} 个；请少写一些，或只指明其中一部分',
  'report.isFolder': '这是一个文件夹；请指明其中的文件',
  'report.emptyFolder': '这个文件夹中没有 {{wanted}} 文件',
  'report.noPath': '该路径没有指明工作区中的文件',
  'report.linkMissing': '这是指向“{{target}}”的链接，那里什么都没有',
  'report.linkLeaves':
    '这是指向“{{target}}”的链接，它超出工作区或没有尽头：请让该阶段自己写出文件',
  'report.manyBytes':
    '文件有 {{size, number}} 字节；最多读取 {{max, number}} 字节',
  'report.isLink': '这是一个链接；请让该阶段自己写出文件',
  'report.isOther': '这是 {{type}}；请让该阶段写出文件',
  'report.xml':
    'XML 格式不正确：{{error}}；文件是否被截断，或有其他内容写入其中？',
  'report.doctype':
    '不接受带有实体或引用其他文件的文档类型声明；请写不带 <!DOCTYPE> 的报告',
  'report.rootElement':
    '最外层元素是 {{element}}，应为 testsuites 或 testsuite：这是 JUnit 报告吗？',
  'report.deepElements': '元素嵌套超过 {{max, number}} 层',
  'report.manyTests': '测试用例超过 {{max, number}} 个；请把测试分到多个阶段',
  'report.otherEncoding': '文本不是它所声明的 {{encoding}} 编码',
  'report.unknownEncoding': '编码“{{encoding}}”未知；请用 UTF-8 写文件',
  'report.badMetricName':
    '指标不能名为 {{name}}：请使用 1 到 {{max, number}} 个可见字符，不含换行',
  'report.badStep': '{{what}} 必须是有限的数字，却是 {{found}}',
  'report.seriesLine':
    '应为 {"step": 10, "loss": 0.4} 这样的对象，却是 {{found}}',
  'report.noSteps':
    '文件中没有带数字的步骤；请为每一步写一行，例如 {"step": 10, "loss": 0.4}',
  'report.csvHeader': '第一行必须给出列名，例如 step,loss',
  'report.csvColumnTwice': '列 {{name}} 出现了两次',
  'report.csvColumns': '一个步骤中的值超过 {{max, number}} 个',
  'report.csvCells':
    '该行有 {{found}} 个单元格，而第一行给出了 {{expected}} 列',
  'report.csvQuotes': '双引号中的单元格没有在本行结束，或其后还有其他文本',
  'report.trainerShape':
    '不是 Hugging Face 的训练状态：应为含有非空“log_history”的对象',
  'report.trainerEntry': '“log_history”的每一项都必须是对象',
  'report.recordDamaged':
    '第 {{record}} 条记录已损坏：校验和不符；如果该文件不是 TensorBoard 事件文件，请让文件名以 .jsonl 或 .csv 结尾',
  'report.recordCut': '第 {{record}} 条记录不完整',
  'report.recordNoEvent': '第 {{record}} 条记录不是 TensorBoard 事件',
  'report.inRecord': '第 {{record}} 条记录：{{problem}}',
  'json.text': '文本 {{text}}',
  'json.number': '数字 {{number}}',
  'json.list': '一个列表',
  'json.object': '一个对象',
  'json.end': '文件末尾',
};
