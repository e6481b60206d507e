import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';

/** Where this file is. */
export const FOLDER = resolvePackagePath(
  '@model-ci/backstage-plugin-model-ci-backend',
  'src/external/testing',
);

/** A home for the user of a build machine, with a Python whose packages are its own, so that builds can install some. */
export async function createHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'model-ci-home-'));
  // The pip of the machine is taken: to install one takes seconds.
  execFileSync('python3', [
    ...['-m', 'venv', '--without-pip', '--system-site-packages'],
    join(home, 'python'),
  ]);
  return home;
}

/** What builds find on the machine, and how pip reaches its index. */
export function machine(home: string): Record<string, string> {
  const pip = Object.entries(process.env).filter(([name]) =>
    /^(PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE)/.test(name),
  );
  return {
    ...(Object.fromEntries(pip) as Record<string, string>),
    PATH: `${join(home, 'python/bin')}:${process.env.PATH}`,
    HOME: home,
  };
}

/** Runs a program to its end while the portal answers in this process. */
export async function run(
  file: string,
  args: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<number | null> {
  const child = spawn(file, args, {
    ...options,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
