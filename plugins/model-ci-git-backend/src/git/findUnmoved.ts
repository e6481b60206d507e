import { readRefSteps } from './history';
import type { PushCommand } from './pushCommands';
import { runGit } from './runGit';

const BRANCHES = 'refs/heads/';

/** Which refs git did not move as a push asked. A branch that somebody moved on since then was moved. */
export async function findUnmoved(
  gitDir: string,
  commands: PushCommand[],
): Promise<PushCommand[]> {
  const answer = await runGit(
    [
      'for-each-ref',
      '--format=%(objectname) %(refname)',
      'refs/heads',
      'refs/tags',
    ],
    { gitDir },
  );
  const now = new Map(
    answer
      .split('\n')
      .filter(Boolean)
      .map(line => {
        const space = line.indexOf(' ');
        return [line.slice(space + 1), line.slice(0, space)] as const;
      }),
  );
  const unmoved: PushCommand[] = [];
  for (const command of commands) {
    if (
      now.get(command.ref) !== command.after &&
      !(await wasMoved(gitDir, command))
    ) {
      unmoved.push(command);
    }
  }
  return unmoved;
}

async function wasMoved(
  gitDir: string,
  { ref, after }: PushCommand,
): Promise<boolean> {
  if (!after || !ref.startsWith(BRANCHES)) {
    return false;
  }
  const steps = await readRefSteps(gitDir, ref.slice(BRANCHES.length));
  return steps.some(step => step.after === after);
}
