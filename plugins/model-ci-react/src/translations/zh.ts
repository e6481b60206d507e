import type { messages } from '../messages';

/** Simplified Chinese. */
const zh: Record<keyof typeof messages, string> = {
  'copy.copy': '复制',
  'copy.copied': '已复制',
  'error.close': '关闭',
  'error.retry': '重试',
  'error.title': '加载失败',
};

export default zh;
