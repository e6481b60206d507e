import { readState, type JobState } from './states';

/** What Slurm says of one job. */
export interface Job {
  name: string;
  id: string;
  state: JobState;
  /** In Slurm's words. */
  said: string;
  startedAt?: string;
  node?: string;
  /** Why it waits, in Slurm's word. */
  reason?: string;
  /** What sacct says of its batch script; squeue says nothing. */
  exit?: { code: number; signal: number };
}

/** What all our jobs are named after. */
const NAME_PREFIX = 'model-ci-';

export function jobName(attemptId: string): string {
  return `${NAME_PREFIX}${attemptId}`;
}

export const SQUEUE_FORMAT = '%j|%i|%T|%S|%N|%r';

/** Jobs that `squeue --noheader -o SQUEUE_FORMAT` lists. */
export function parseSqueue(text: string): Job[] {
  return ourLines(text).map(line => {
    const [name, id, said = '', start, node, ...reason] = line.split('|');
    const why = reason.join('|');
    return {
      ...{ name, id, said, state: readState(said) },
      ...whereAndWhen(start, node),
      ...(isNothing(why) ? {} : { reason: why }),
    };
  });
}

export const SACCT_FORMAT = 'JobName,JobID,State,Start,NodeList,ExitCode';

/** Jobs that `sacct --noheader --parsable2 -o SACCT_FORMAT` lists, the newest last. */
export function parseSacct(text: string): Job[] {
  return ourLines(text).map(line => {
    const [name, id, said = '', start, node, exit = ''] = line.split('|');
    const [, code, signal] = /^(\d+):(\d+)$/.exec(exit) ?? [];
    return {
      ...{ name, id, said, state: readState(said) },
      ...whereAndWhen(start, node),
      ...(code !== undefined && {
        exit: { code: Number(code), signal: Number(signal) },
      }),
    };
  });
}

function ourLines(text: string): string[] {
  return text.split('\n').filter(line => line.startsWith(NAME_PREFIX));
}

function whereAndWhen(
  start: string | undefined,
  node: string | undefined,
): Pick<Job, 'startedAt' | 'node'> {
  // Commands are run with UTC as their time zone
  const startedAt = Date.parse(`${start}Z`);
  return {
    ...(Number.isFinite(startedAt) && {
      startedAt: new Date(startedAt).toISOString(),
    }),
    ...(node && !isNothing(node) && { node }),
  };
}

function isNothing(word: string): boolean {
  return ['', 'None', 'None assigned', '(null)', 'N/A', 'Unknown'].includes(
    word,
  );
}
