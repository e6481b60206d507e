import type { messages } from '../messages';

/** Simplified Chinese. */
const zh: Record<keyof typeof messages, string> = {
  'copy.copy': '复制',
  'copy.copied': '已复制',
  'error.close': '关闭',
  'error.retry': '重试',
  'error.title': '加载失败',
  'tokens.created.title': '令牌“{{name}}”已创建',
  'tokens.created.once': '请立即复制令牌，之后不会再次显示。',
  'tokens.created.copyToken': '复制令牌',
  'tokens.created.done': '完成',
  'tokens.revoke.title': '吊销“{{name}}”？',
  'tokens.revoke.button': '吊销',
  'tokens.revoke.cancel': '取消',
  'tokens.revoke.failed': '无法吊销令牌',
};

export default zh;
