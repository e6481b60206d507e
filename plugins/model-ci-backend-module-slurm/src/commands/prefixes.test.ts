import { execFileSync } from 'node:child_process';
import { sshCommand } from './prefixes';

it('asks for one connection, by key, to a known host', () => {
  const words = sshCommand(
    {
      host: 'login.example',
      user: 'model-ci',
      port: 2222,
      keyFile: '/etc/key',
      knownHostsFile: '/etc/known',
    },
    '/tmp/s',
    ['squeue', '-o', '%i|%j'],
  );
  expect(words[0]).toBe('ssh');
  for (const option of [
    ...['BatchMode=yes', 'ControlMaster=auto', 'ControlPath=/tmp/s/%C'],
    ...['IdentitiesOnly=yes', 'StrictHostKeyChecking=yes'],
    'UserKnownHostsFile=/etc/known',
  ]) {
    expect(words).toContain(option);
  }
  expect(words.slice(-10)).toEqual([
    ...['-i', '/etc/key', '-p', '2222', '-l', 'model-ci'],
    ...['-T', '--', 'login.example', "squeue -o '%i|%j'"],
  ]);
});

it('hands the far shell what it gives back as the same words', () => {
  const words = ['printf', '%s\\0', '$(id)', "it's; rm -rf /", 'a\nb'];
  const line = sshCommand({ host: 'h' }, '/tmp/s', words).at(-1)!;
  expect(execFileSync('sh', ['-c', line]).toString()).toBe(
    `${words.slice(2).join('\0')}\0`,
  );
});
