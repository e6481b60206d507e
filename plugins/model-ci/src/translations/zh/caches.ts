import type { cachesMessages } from '../../messages/caches';

export const caches: Record<keyof typeof cachesMessages, string> = {
  'caches.title': '缓存',
  'caches.intro':
    '各阶段为节省时间而在多次运行之间保留的内容，例如已下载的软件包。运行会得到其所在分支和默认分支保留的缓存。',
  'caches.caption': '此流水线的缓存，最新的在前',
  'caches.column.name': '名称',
  'caches.column.branch': '分支',
  'caches.column.size': '大小',
  'caches.column.run': '来源运行',
  'caches.column.at': '时间',
  'caches.clear': '清除缓存',
  'caches.empty.title': '没有缓存',
  'caches.empty.description':
    '阶段成功后，会保留 model-pipeline.yaml 中 cache 下指定的内容。',
};
