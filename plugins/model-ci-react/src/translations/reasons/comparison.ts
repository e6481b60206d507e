export const comparison = {
  'comparison.notReported': '版本 {{version}} 未报告该指标',
  'comparison.notMeasured': '未测得该指标',
  'comparison.otherData': '无法比较：测量数据与版本 {{version}} 不同',
  'comparison.unknownData':
    '无法比较：不清楚测量数据是否与版本 {{version}} 相同',
};
