/** Why a build waits, and how one was lost, where Jenkins itself does not say it. */
export const jenkinsTexts = {
  'jenkins.waitQueue': 'In the queue of Jenkins',
  'jenkins.waitAgent': 'The build has started and is waiting for an agent',
  'jenkins.waitWorkspace':
    'Jenkins has started the build, which prepares the workspace',
  'jenkins.lostStart': 'The build could not start the stage.',
  'jenkins.lostResume': 'Jenkins was restarted and could not go on: {{words}}',
  'jenkins.lostAgent': 'Jenkins lost the agent: {{words}}',
  'jenkins.lostRestart':
    'Jenkins was restarted and ended the build as {{result}}.',
  'jenkins.lostEnd':
    'Jenkins ended the build as {{result}} before the stage had ended.',
  'jenkins.lostItem':
    'Jenkins has neither a queue item nor a build of it any more: it was restarted without its queue, or the build was removed.',
  'jenkins.lostBuild': 'The build was removed from Jenkins ({{build}}).',
} as const;
