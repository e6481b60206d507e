import { runGit } from './runGit';

/** Bytes that a repository's objects of git take on the disk. */
export async function measureRepository(gitDir: string): Promise<number> {
  const answer = await runGit(['count-objects', '-v'], { gitDir });
  const kibibytes = [...answer.matchAll(/^size(?:-pack|-garbage)?: (\d+)$/gm)]
    .map(match => Number(match[1]))
    .reduce((sum, size) => sum + size, 0);
  return kibibytes * 1024;
}
