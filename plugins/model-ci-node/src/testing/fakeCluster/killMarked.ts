import { readdir, readFile } from 'node:fs/promises';

/** The variable by which processes of a job are found that have left its process group. */
export const MARKER = 'FAKE_CLUSTER_JOB';

/** Kills a process group, and on Linux whatever carries the job's mark, until nothing is left. */
export async function killMarked(group: number, name: string): Promise<void> {
  kill(-group);
  // Twice nothing, since a process that is about to become another program shows no variables for a moment
  for (let clean = 0; clean < 2; ) {
    const left = await listMarked(name);
    clean = left.length === 0 ? clean + 1 : 0;
    left.forEach(kill);
  }
}

async function listMarked(name: string): Promise<number[]> {
  const pids = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    pids
      .filter(pid => /^\d+$/.test(pid))
      .map(async pid => {
        const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(
          () => '',
        );
        return environ.split('\0').includes(`${MARKER}=${name}`)
          ? [Number(pid)]
          : [];
      }),
  );
  return found.flat();
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended
  }
}
