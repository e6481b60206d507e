import type { schedulesMessages } from '../../messages/schedules';

export const schedules: Record<keyof typeof schedulesMessages, string> = {
  'schedules.title': '定时计划',
  'schedules.description':
    '运行自动启动的时间：默认分支定义中的 triggers.schedule。',
  'schedules.caption': '按名称排列的定时计划',
  'schedules.column.name': '计划',
  'schedules.column.times': '时间',
  'schedules.column.runs': '运行的分支',
  'schedules.column.next': '下次运行',
  'schedules.column.last': '上次运行',
  'schedules.defaultBranch': '默认分支',
  'schedules.paused': '已暂停',
  'schedules.pausedBy': '已暂停，不会启动运行。操作者：',
  'schedules.pause': '暂停',
  'schedules.resume': '恢复',
  'schedules.triedAt': '重试时间',
  'schedules.never': '从未运行',
  'schedules.empty':
    '尚无定时计划。请写在默认分支的 model-pipeline.yaml 中的 triggers.schedule 下。',
};
