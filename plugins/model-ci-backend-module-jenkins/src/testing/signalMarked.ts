import { readdir, readFile } from 'node:fs/promises';

/** As Jenkins' `ProcessTree` does: sends a signal to every process whose environment has a variable; answers how many. */
export async function signalMarked(
  variable: string,
  signal: NodeJS.Signals,
): Promise<number> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async pid => {
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(
        () => '',
      );
      return environ.split('\0').includes(variable);
    }),
  );
  const found = pids.filter((_, index) => marked[index]).map(Number);
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended
    }
  }
  return found.length;
}
