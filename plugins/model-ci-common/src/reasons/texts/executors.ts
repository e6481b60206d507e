/** How attempts and services were lost, or ended, in the executors of the portal. */
export const executorTexts = {
  'process.lostMachine': 'The machine was restarted.',
  'process.lostProcesses':
    'The processes of the attempt were killed from outside, or the record of its end was damaged.',
  'process.lostFolder': 'Its folder {{folder}} was removed.',
  'docker.outOfMemory': 'It needed more memory than it asked for.',
  'docker.lostContainer': 'Its container was removed from the engine.',
} as const;
