import type { importsMessages } from '../../messages/imports';

export const imports: Record<keyof typeof importsMessages, string> = {
  'import.title': '导入流水线',
  'import.description':
    '粘贴声明式 Jenkinsfile、.travis.yml、.gitlab-ci.yml 或 GitHub Actions 工作流，或者选择文件。不会存储任何内容。',
  'import.file': '选择文件',
  'import.text': '要导入的文件',
  'import.kind': '类型',
  'import.kind.any': '自动识别',
  'import.submit': '导入',
  'import.tooLong':
    '文件有 {{length, number}} 个字符；最多可导入 {{max, number}} 个。',
  'import.result': '流水线定义',
  'import.none': '此文件中没有可以运行的内容。',
  'import.copy': '复制定义',
  'import.download': '下载 model-pipeline.yaml',
  'import.findings': '文件内容的去向',
  'import.column.line': '行',
  'import.column.what': '文件中的内容',
  'import.column.outcome': '结果',
  'import.column.reason': '原因与处理办法',
  'import.outcome.carried': '已导入',
  'import.outcome.changed': '有变化',
  'import.outcome.left': '未导入',
  'import.goToLine': '第 {{line}} 行：在文件中显示',
};
