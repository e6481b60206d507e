import { execFileSync } from 'node:child_process';

/** A commit whose few objects stand for 10⁸ paths: each tree names the one below ten times. */
export function makeGitBomb(folder: string): string {
  const git = (args: string[], input?: string) =>
    execFileSync('git', ['-C', folder, ...args], { input })
      .toString()
      .trim();
  const blob = git(['hash-object', '-w', '--stdin'], 'x');
  let entry = `100644 blob ${blob}`;
  for (let depth = 0; depth < 8; depth++) {
    entry = `040000 tree ${git(['mktree'], tenTimes(entry))}`;
  }
  const root = git(['ls-tree', 'HEAD']);
  const tree = git(['mktree'], `${root}\n${entry}\tbomb\n`);
  return git(['commit-tree', tree, '-p', 'HEAD', '-m', 'Many paths']);
}

/** A tree that names the same thing ten times. */
function tenTimes(entry: string): string {
  return Array.from({ length: 10 }, (_, name) => `${entry}\t${name}\n`).join(
    '',
  );
}
