import type { secretsMessages } from '../../messages/secrets';

export const secrets: Record<keyof typeof secretsMessages, string> = {
  'secrets.description':
    '阶段和服务在 secrets 中写明所需机密的名称，并从同名环境变量中读取。机密值加密保存，设置后不再显示，并在日志和报告中遮盖。',
  'secrets.caption': '该流水线及其所有者的机密',
  'secrets.notReady':
    '门户没有用于加密机密的密钥。管理员设置 modelCi.secrets.keys 之前无法设置机密，需要机密的阶段会失败。',
  'secrets.readOnly':
    '更改机密需要“model-ci.secret.write”权限。请联系流水线所有者 {{owner}} 或门户管理员。',
  'secrets.empty.title': '没有机密',
  'secrets.empty.description':
    '请在此设置阶段所需的令牌和密码，不要将其写入仓库。',
  'secrets.column.name': '名称',
  'secrets.column.scope': '适用于',
  'secrets.column.users': '使用者',
  'secrets.column.by': '设置者',
  'secrets.column.at': '时间',
  'secrets.scope.pipeline': '此流水线',
  'secrets.scope.environment': '部署到 {{environment}}',
  'secrets.scope.owner': '{{owner}} 的流水线',
  'secrets.inVault': '位于保管库 {{vault}}',
  'secrets.notReleased': '未开放给此流水线',
  'secrets.serving': '服务',
  'secrets.unused': '默认分支中无人使用',
  'secrets.missing': '{{name}} 尚未设置，而默认分支的 {{users}} 需要它。',
  'secrets.set': '设置机密',
  'secrets.setIt': '设置 {{name}}',
  'secrets.replace': '替换',
  'secrets.replaceTitle': '替换 {{name}} 的值',
  'secrets.delete': '删除',
  'secrets.release': '开放给此流水线',
  'secrets.withdraw': '从此流水线收回',
  'secrets.deleteDialog.title': '删除机密 {{name}}',
  'secrets.deleteDialog.description':
    '正在运行的内容会保留它直到结束。之后需要它的阶段和服务会失败，除非别处有同名机密。',
  'secrets.form.name': '名称',
  'secrets.form.nameHelp':
    '由字母、数字和 _ 组成，例如 HF_TOKEN：它将成为环境变量',
  'secrets.form.scopeHelp': '环境的机密优先于流水线的，流水线的优先于所有者的',
  'secrets.form.kept': '保存位置',
  'secrets.form.keptHere': '由门户保存',
  'secrets.form.value': '值',
  'secrets.form.valueHelp':
    '至少 8 个字符，以便遮盖；可以有多行。设置后不再显示。',
  'secrets.form.submit': '设置',
};
