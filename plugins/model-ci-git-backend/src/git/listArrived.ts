import { streamGit } from './runGit';

/**
 * Which of the commits came to a branch when it moved from one commit to another; one process, however many they are. Where
 * the repository has forgotten where it stood, all that it holds now came.
 */
export async function listArrived(
  gitDir: string,
  move: { from: string; to: string; wanted: Set<string> },
): Promise<Set<string>> {
  const { from, to, wanted } = move;
  const arrived = new Set<string>();
  const output = streamGit(
    ['rev-list', '--ignore-missing', to, `^${from}`, '--'],
    { gitDir },
  );
  let rest = '';
  for await (const chunk of output) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const commit of lines.filter(line => wanted.has(line))) {
      arrived.add(commit);
    }
  }
  return arrived;
}
