import type { filesMessages } from '../../messages/files';

export const files: Record<keyof typeof filesMessages, string> = {
  'files.browse': '浏览文件',
  'files.browseLabel': '浏览 {{name}} 的文件',
  'files.open': '打开',
  'files.openLabel': '打开 {{name}}',
  'files.title': '{{name}} 的文件',
  'files.label': '文件',
  'files.up': '上一级文件夹',
  'files.other': '链接或非普通文件',
  'files.choose': '选择一个文件以查看其内容。',
  'files.more': '仅列出前 {{shown, number}} 个文件；下载产物可查看全部。',
  'files.emptyFile': '此文件为空。',
  'files.noPreview': '无法预览此文件：它既不是文本，也不是 5 MB 以内的图片。',
  'files.cut': '仅显示开头部分；下载文件可查看全部内容。',
};
