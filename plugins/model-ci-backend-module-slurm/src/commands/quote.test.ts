import { execFileSync } from 'node:child_process';
import { quoteAll } from './quote';

const HOSTILE = [
  '',
  ' ',
  "it's",
  '$(touch /tmp/evil)',
  '`id`; rm -rf /',
  'a\nb\tc',
  '"\\\'!*?[]{}~#&|<>',
  '--option=value',
  '-',
  'ü漢',
  "'\\''",
];

it.each(['sh', 'bash'])('gives %s back each word as it was', shell => {
  const line = `printf '%s\\0' ${quoteAll(HOSTILE)}`;
  const answer = execFileSync(shell, ['-c', line]).toString();
  expect(answer.split('\0').slice(0, -1)).toEqual(HOSTILE);
});

it('refuses what no command can hold', () => {
  expect(() => quoteAll(['a\0b'])).toThrow('NUL');
});
