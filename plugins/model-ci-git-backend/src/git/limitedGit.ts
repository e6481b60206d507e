/** Memory of one git process. Enough for the objects of large repositories, as large files are streamed. */
const MAX_MEMORY_KIB = 4 * 1024 * 1024;
/** Seconds of CPU time of one git process; a limit of the time on the clock is the caller's. */
const MAX_CPU_SECONDS = 3600;

/**
 * Command and arguments that run git within limits of its own, which hold for all that it starts. A system that knows no
 * such limits runs it without.
 */
export function limitedGit(args: string[]): [command: string, args: string[]] {
  const limits = `ulimit -v ${MAX_MEMORY_KIB}; ulimit -t ${MAX_CPU_SECONDS}`;
  return [
    'sh',
    ['-c', `{ ${limits}; } 2>/dev/null; exec git "$@"`, 'git', ...args],
  ];
}
