import type { StageUser } from '../config';

/** The command line that runs a script: under which shell, as which user. */
export function scriptCommand(options: {
  script: string;
  shell?: 'sh' | 'bash';
  user?: StageUser;
}): string[] {
  const { script, shell = 'sh', user } = options;
  return [
    ...(user ? asUser(user) : []),
    ...(shell === 'bash'
      ? ['/usr/bin/env', 'bash', '-e', '-o', 'pipefail']
      : ['/bin/sh', '-e']),
    '-c',
    script,
    'model-ci',
  ];
}

/** Gives the pipe that the output goes to away as well: scripts open it again, as /dev/stderr. */
const OWN_OUTPUT = [
  '/bin/sh',
  '-c',
  'command -p chown "$0" /proc/self/fd/1; exec "$@"',
];

/** For good: no group of the backend's, no capability, no way back through setuid programs. */
export function asUser({ uid, gid }: StageUser): string[] {
  return [
    ...OWN_OUTPUT,
    String(uid),
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--no-new-privs',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--',
  ];
}
