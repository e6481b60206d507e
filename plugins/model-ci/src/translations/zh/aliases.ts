export const aliases = {
  'aliases.title': '别名',
  'aliases.caption': '此流水线的别名指向哪里',
  'aliases.historyTitle': '历史',
  'aliases.history': '变更记录，最新的在前',
  'aliases.empty': '还没有版本带有别名。',
  'aliases.column.alias': '别名',
  'aliases.column.version': '版本',
  'aliases.column.change': '变更',
  'aliases.column.by': '操作者',
  'aliases.column.at': '时间',
  'aliases.column.reason': '原因',
  'aliases.move': '将别名移到此版本',
  'aliases.moveDialog.title': '将别名移到版本 {{version}}',
  'aliases.moveDialog.description':
    '从下一次运行开始，与该别名比较的门禁将与此版本比较。',
  'aliases.moveDialog.help':
    'champion、candidate，或任何由小写字母、数字和连字符组成的名称',
  'aliases.moveDialog.act': '移动',
  'aliases.remove': '移除',
  'aliases.removeDialog.title': '移除别名 {{alias}}',
  'aliases.removeDialog.description':
    '变更记录会保留。从下一次运行开始，与它比较的门禁将作为第一个版本通过。',
};
