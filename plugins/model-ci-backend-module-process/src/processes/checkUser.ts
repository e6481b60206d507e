import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessConfig } from '../config';
import { asUser } from './scriptCommand';

const run = promisify(execFile);

/** Whether scripts can run as the configured user; rejects in words where they cannot. */
export async function checkUser({
  user,
  directory,
}: ProcessConfig): Promise<void> {
  if (!user) {
    return;
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      'modelCi.executors.process.user needs a backend that runs as root, for only root can become another user. Run it so, or remove the key',
    );
  }
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const [command, ...args] = [...asUser(user), '/bin/sh', '-c', 'cd "$1"'];
  try {
    await run(command, [...args, 'model-ci', directory]);
  } catch (error) {
    throw new Error(
      `modelCi.executors.process.user: user ${user.uid} cannot work in ${directory}. It needs \`setpriv\` of util-linux on this machine, and the right to pass through each folder above`,
      { cause: error },
    );
  }
}
