/** Notifications: what they are titled, and what they say besides the reason. */
export const noticeTexts = {
  'notice.decision':
    'Run #{{number}} of {{pipeline}} waits for a decision on {{stage}}',
  'notice.letThrough':
    'Run #{{number}} of {{pipeline}} continues: {{stage}} was let through',
  'notice.stopped': 'Run #{{number}} of {{pipeline}} was stopped at {{stage}}',
  'notice.decisionVoid':
    'Run #{{number}} of {{pipeline}} was cancelled before a decision on {{stage}}',
  'notice.runEnded': 'Run #{{number}} of {{pipeline}} {{status}}',
  'notice.notDeployed':
    'Version {{version}} of {{pipeline}} could not be deployed to {{environment}}',
  'notice.runUnplaced':
    'Run #{{number}} of {{pipeline}} waits: no node matches',
  'notice.deploymentUnplaced':
    'Version {{version}} of {{pipeline}} waits in {{environment}}: no node matches',
  'notice.keepsWaiting':
    '{{problem}}. Change what it asks for and start it again, or have a node added that matches: until then it waits.',
  'notice.ofStage': '{{stage}}: {{problem}}',
  'notice.tooSmall': 'no node is large enough',
  'notice.severalStages': '{{first}}; {{rest}}',
} as const;
