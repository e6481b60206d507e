import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a user's git, without the config of whoever runs the tests. */
export async function git(
  cwd: string,
  args: string[],
  config: Record<string, string> = {},
): Promise<string> {
  const settings = Object.entries({
    'user.name': 'Ann Example',
    'user.email': 'ann@example.com',
    'gc.auto': '0',
    ...config,
  });
  const { stdout, stderr } = await run('git', args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C',
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(
        settings.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    },
  });
  return args[0] === 'push' ? stdout + stderr : stdout.trim();
}

/** Clone URL with a password in it. */
export function withToken(cloneUrl: string, token: string): string {
  return cloneUrl.replace('http://', `http://any:${token}@`);
}
