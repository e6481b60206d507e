/** What starts runs at times. */
export const schedulesMessages = {
  'schedules.title': 'Schedules',
  'schedules.description':
    'When runs start by themselves: triggers.schedule of the default branch.',
  'schedules.caption': 'Schedules by name',
  'schedules.column.name': 'Schedule',
  'schedules.column.times': 'Times',
  'schedules.column.runs': 'Runs',
  'schedules.column.next': 'Next run',
  'schedules.column.last': 'Last run',
  'schedules.defaultBranch': 'the default branch',
  'schedules.paused': 'Paused',
  'schedules.pausedBy': 'Paused; no run starts. By',
  'schedules.pause': 'Pause',
  'schedules.resume': 'Resume',
  'schedules.triedAt': 'Tried again',
  'schedules.never': 'Never',
  'schedules.empty':
    'There are none. Write them in model-pipeline.yaml of the default branch, under triggers.schedule.',
} as const;
