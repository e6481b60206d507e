export const parameters = {
  'parameter.notOfType': '对类型为 {{type}} 的参数没有意义；请删除',
  'parameter.nobodyGives':
    '没有 default，而由 triggers.{{trigger}} 启动运行时无人给出取值；请添加 default，或删除 triggers.{{trigger}}',
  'parameter.scheduleGivesNone':
    '没有为参数“{{name}}”给出值，而它没有默认值；请写在 parameters 中',
  'parameter.variable':
    '会设置 {{variable}}，而它已用于 parameters.{{name}}；请删除，或重命名该参数',
  'parameter.missing': '没有默认值；请给出取值',
  'parameter.unknown': '不是此流水线的参数',
  'parameter.noneAtAll': '不是此流水线的参数；此流水线没有参数',
  'error.hostSilent': '{{repository}} 没有响应；请稍后再试',
  'parameter.refused': '参数“{{name}}”{{problem}}',
};
