export const attemptTexts = {
  'attempt.exited': 'The command ended with exit code {{exitCode}}.',
  'attempt.exitedNotExecutable':
    'The command ended with exit code {{exitCode}}: a file could not be executed. Make it executable (chmod +x), and check the interpreter in its first line.',
  'attempt.exitedNotFound':
    'The command ended with exit code {{exitCode}}: a command was not found. Check its name, and install it in the image or in an earlier command.',
  'attempt.exitedKilled':
    "The command ended with exit code {{exitCode}}: a process was killed (SIGKILL), usually because it ran out of memory. Use less memory, or raise the stage's resources.memory.",
  'attempt.exitedCrashed':
    'The command ended with exit code {{exitCode}}: a process crashed (SIGSEGV). Check its native libraries: they may be broken, or built for another version.',
  'attempt.exitedDiskFull':
    'The command ended with exit code {{exitCode}}: no space was left on a disk. Let the stage write less, remove what it no longer needs, or ask an administrator for a node with more space.',
  'attempt.timeout':
    "The attempt ran longer than its timeout of {{timeout}}; raise the stage's timeout if it needs more.",
  'attempt.outOfMemory':
    "The attempt ran out of memory; raise the stage's resources.memory if it needs more.",
  'attempt.outOfMemoryAtLimit':
    "The attempt ran out of memory at its limit of {{limit}}; raise the stage's resources.memory if it needs more.",
  'attempt.logLimit':
    'The attempt wrote more than {{limit}} of log; write less, or raise modelCi.engine.maxLogBytes.',
  'attempt.cancelled': 'The attempt was cancelled while it ran.',
  'attempt.cancelledBeforeStart':
    'The attempt was cancelled before it started.',
  'attempt.cancelledWhileCollecting':
    'The attempt was cancelled while its results were being collected.',
  'attempt.preempted':
    'The node took its resources back before the attempt ended.',
  'attempt.drained':
    '{{node}} was drained, and the attempt had not ended by the deadline.',
  'attempt.killed':
    '{{node}} was drained, or the attempt was killed from outside; nobody has cancelled it.',
  'attempt.nodeLost':
    '{{node}} has been out of reach since {{since}} and counts as lost.',
  'attempt.notStarted': 'The attempt could not be started: {{error}}',
  'attempt.notStartedInTime':
    'The attempt could not be started within its timeout of {{timeout}}.',
  'attempt.mayRun':
    'Whether the attempt runs on {{node}} is unknown, so it is not tried again: {{error}}',
  'attempt.queueTimeout':
    "The attempt was pending longer than its queueTimeout of {{timeout}}; raise the stage's queueTimeout, or ask the cluster's administrators why it does not start.",
  'attempt.collecting':
    'The attempt has ended; its results are being collected: {{error}}',
  'attempt.resultsLost':
    'The attempt has ended, but what it left was lost before it was stored: {{why}}',
  'attempt.givenUp':
    'The results of the attempt could not be stored and were given up by {{by}}: {{reason}}',
  'attempt.declaredLost': 'The attempt was declared lost by {{by}}: {{reason}}',
  'attempt.rescuedTooOften_one':
    'The attempt was taken over once without progress, so it is given up. Whether it still runs on its node is unknown.',
  'attempt.rescuedTooOften_other':
    'The attempt was taken over {{count, number}} times without progress, so it is given up. Whether it still runs on its node is unknown.',
} as const;
