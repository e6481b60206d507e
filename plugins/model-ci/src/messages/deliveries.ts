/** What code hosts announced. */
export const deliveriesMessages = {
  'deliveries.title': 'Deliveries',
  'deliveries.description':
    'What the code host announced of this repository, and what it led to.',
  'deliveries.caption': 'Deliveries of the code host, newest first',
  'deliveries.column.received': 'Received',
  'deliveries.column.event': 'Event',
  'deliveries.column.change': 'Change',
  'deliveries.column.by': 'By',
  'deliveries.column.result': 'Result',
  'deliveries.provider.github': 'GitHub',
  'deliveries.provider.gitlab': 'GitLab',
  'deliveries.provider.gitea': 'Gitea',
  'deliveries.provider.bitbucket': 'Bitbucket',
  'deliveries.provider.model-ci-git': 'This portal',
  'deliveries.tag': 'tag {{name}}',
  'deliveries.deleted': 'deleted',
  'deliveries.repeats_one': 'received once more',
  'deliveries.repeats_other': 'received {{count, number}} times more',
  'deliveries.run': 'Started run',
  'deliveries.none': 'Started no run',
  'deliveries.waiting': 'Waits for agreement',
  'deliveries.start': 'Start',
  'deliveries.startLabel': 'Start the run of request {{number}}',
  'deliveries.open': 'Tried again',
  'deliveries.empty':
    'Nothing was received yet. Push to the repository; a code host other than this portal needs a webhook that leads here.',
} as const;
