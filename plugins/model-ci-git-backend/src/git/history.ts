import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  GitBranch,
  GitCommit,
} from '@model-ci/backstage-plugin-model-ci-common';
import { isMissing } from './isMissing';
import { runGit } from './runGit';

/** Whoever makes a commit writes as much as they like; pages show one line of it. Longer names are cut, ending in `..`. */
const SUBJECT = '%<(500,trunc)%s';
const NAME = '%<(200,trunc)%an';
/** Longer than any address may be. */
const EMAILS = '%<(400,trunc)%ae%n%<(400,trunc)%ce';

/** Every branch and the commit it points at. */
export async function listHeads(gitDir: string): Promise<Map<string, string>> {
  const answer = await runGit(
    [
      'for-each-ref',
      '--format=%(objectname) %(refname:lstrip=2)',
      'refs/heads',
    ],
    { gitDir },
  );
  return new Map(
    answer
      .split('\n')
      .filter(Boolean)
      .map(line => {
        const space = line.indexOf(' ');
        return [line.slice(space + 1), line.slice(0, space)];
      }),
  );
}

/** Branches, the one that was committed to last first. */
export async function listBranches(
  gitDir: string,
  defaultBranch: string,
): Promise<GitBranch[]> {
  const answer = await runGit(
    [
      'for-each-ref',
      '--sort=-committerdate',
      '--format=%(objectname) %(committerdate:unix) %(refname:lstrip=2)',
      'refs/heads',
    ],
    { gitDir },
  );
  return answer
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [commit, date, ...name] = line.split(' ');
      return {
        name: name.join(' '),
        commit,
        committedAt: toTime(date),
        isDefault: name.join(' ') === defaultBranch,
      };
    });
}

/** Commits from `commit` backwards, without those that `notIn` has too, and `skip` of them left out. */
export async function listCommits(
  gitDir: string,
  commit: string,
  page: { skip: number; limit: number; notIn?: string },
): Promise<GitCommit[]> {
  const answer = await runGit(
    [
      'log',
      '-z',
      `--skip=${page.skip}`,
      `--max-count=${page.limit}`,
      `--format=%H%n%T%n%P%n%at%n${NAME}%n${EMAILS}%n${SUBJECT}`,
      commit,
      ...(page.notIn === undefined ? [] : [`^${page.notIn}`]),
      '--',
    ],
    { gitDir },
  );
  return answer
    .split('\0')
    .filter(Boolean)
    .map(entry => {
      const [id, tree, parents, date, ...rest] = entry.split('\n');
      const [authorName, authorEmail, committerEmail, ...subject] = rest;
      return {
        commit: id,
        tree,
        parents: parents.split(' ').filter(Boolean),
        authoredAt: toTime(date),
        authorName: authorName.trim(),
        authorEmail: authorEmail.trim(),
        committerEmail: committerEmail.trim(),
        subject: subject.join(' ').trim(),
      };
    });
}

/** Seconds since 1970 as git writes them; old commits hold times that no calendar has. */
function toTime(seconds: string): string {
  const time = new Date(Number(seconds) * 1000);
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}

/** Subjects of commits; one that is gone is left out. */
export async function readSubjects(
  gitDir: string,
  commits: string[],
): Promise<Map<string, string>> {
  if (commits.length === 0) {
    return new Map();
  }
  const answer = await runGit(
    [
      'log',
      '-z',
      '--no-walk=unsorted',
      '--ignore-missing',
      `--format=%H ${SUBJECT}`,
      '--stdin',
    ],
    { gitDir, input: `${[...new Set(commits)].join('\n')}\n` },
  );
  return new Map(
    answer
      .split('\0')
      .filter(Boolean)
      .map(entry => {
        const space = entry.indexOf(' ');
        return [entry.slice(0, space), entry.slice(space + 1).trim()];
      }),
  );
}

/** One step of a branch, as the repository itself recorded it. */
export interface RefStep {
  /** Absent where the branch began. */
  before?: string;
  after: string;
  /** Name that the step was made under: the entity ref of who pushed. */
  by: string;
}

/** Steps of a branch, oldest first; none where the branch does not exist. */
export async function readRefSteps(
  gitDir: string,
  branch: string,
): Promise<RefStep[]> {
  let text: string;
  try {
    text = await readFile(
      path.join(gitDir, 'logs', 'refs', 'heads', branch),
      'utf8',
    );
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
  return text.split('\n').flatMap(line => {
    const match = line.match(/^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.*?) </);
    if (!match) {
      return [];
    }
    const before = /^0+$/.test(match[1]) ? undefined : match[1];
    return [{ before, after: match[2], by: match[3] }];
  });
}
