import type { titleMessages } from '../../messages/titles';

export const titles: Record<keyof typeof titleMessages, string> = {
  'app.title': '模型流水线',
  'runs.title': '运行',
  'evaluations.title': '评估',
  'deployments.title': '部署',
  'settings.title': '设置',
  'tokens.title': 'CI 令牌',
  'secrets.title': '机密',
};
