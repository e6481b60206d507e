import { homedir } from 'node:os';
import type { ClusterConfig, SshConfig } from '../config';
import { quoteAll } from './quote';
import { CommandRunner } from './Runner';

/** How commands reach the cluster. */
export function runnerOf(
  { prefix }: Pick<ClusterConfig, 'prefix'>,
  controlDirectory: string,
): CommandRunner {
  return prefix.type === 'ssh'
    ? new CommandRunner(
        words => sshCommand(prefix.ssh, controlDirectory, words),
        ownEnvironment(),
      )
    : new CommandRunner(words => [...prefix.words, ...words], ownEnvironment());
}

/** Ends the connection, which would stay open for a while; the socket goes with it. */
export function disconnectCommand(
  ssh: SshConfig,
  controlDirectory: string,
): string[] {
  const [command, ...options] = sshOptions(ssh, controlDirectory);
  return [command, '-O', 'exit', ...options, '--', ssh.host];
}

/** Everything goes over one connection, which stays open between commands; the far shell gets quoted words. */
export function sshCommand(
  ssh: SshConfig,
  controlDirectory: string,
  words: readonly string[],
): string[] {
  const options = sshOptions(ssh, controlDirectory);
  return [...options, '-T', '--', ssh.host, quoteAll(words)];
}

function sshOptions(
  { user, port, keyFile, knownHostsFile }: SshConfig,
  controlDirectory: string,
): string[] {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: '15',
    ControlMaster: 'auto',
    ControlPath: `${controlDirectory}/%C`,
    ControlPersist: '120',
    IdentitiesOnly: keyFile === undefined ? 'no' : 'yes',
    LogLevel: 'ERROR',
    ServerAliveCountMax: '4',
    ServerAliveInterval: '15',
    StrictHostKeyChecking: 'yes',
    ...(knownHostsFile && { UserKnownHostsFile: knownHostsFile }),
  };
  return [
    'ssh',
    ...Object.entries(options).flatMap(([key, value]) => [
      '-o',
      `${key}=${value}`,
    ]),
    ...(keyFile === undefined ? [] : ['-i', keyFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
  ];
}

/** Of the backend's environment only what finds commands, not what a package runner put in front of it. */
function ownEnvironment(): Record<string, string> {
  const entries = (process.env.PATH ?? '').split(':');
  const path = entries.filter(
    entry => entry.startsWith('/') && !/\/node_modules\/|\/xfs-/.test(entry),
  );
  return {
    PATH: path.join(':') || '/usr/local/bin:/usr/bin:/bin',
    HOME: homedir(),
  };
}
