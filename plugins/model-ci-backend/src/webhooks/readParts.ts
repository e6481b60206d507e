import { z } from 'zod';
import type { Announcement, Change } from './change';

const NO_COMMIT = /^0+$/;
const MAX_SUBJECT = 1_000;
/** A host may name no more files of one commit than these. */
const MAX_FILES = 300;
/** As many as a run keeps at most; more are not worth their memory. */
const MAX_PATHS = 1_501;

const SKIP = /\[(?:skip ci|ci skip)\]/i;

/** Whether the author of a commit asks for no run. */
export function skipsRuns(message: string | undefined): boolean {
  return message !== undefined && SKIP.test(message);
}

/** The first line of a message. */
export function subjectOf(message: string | undefined): string | undefined {
  const [line] = (message ?? '').trim().split('\n', 1);
  return line.trim().slice(0, MAX_SUBJECT) || undefined;
}

/** Hosts write zeros for the commit of a ref that is not there. */
export function commitOf(id: string | null | undefined): string | undefined {
  return id && !NO_COMMIT.test(id) ? id : undefined;
}

/** A full ref as a branch or a tag; undefined for refs that are neither, such as notes. */
export function readRef(ref: string): Change['ref'] {
  // A branch may itself be called refs/heads/x: only the first prefix goes.
  const match = /^refs\/(heads|tags)\/(.+)$/s.exec(ref);
  return match?.[2] !== undefined
    ? { type: match[1] === 'heads' ? 'branch' : 'tag', name: match[2] }
    : undefined;
}

export function headerOf(
  { headers }: Announcement,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What GitHub, GitLab and Gitea say of a commit. */
export const commitSchema = z.object({
  id: z.string(),
  message: z.string().nullish(),
  added: z.array(z.string()).nullish(),
  modified: z.array(z.string()).nullish(),
  removed: z.array(z.string()).nullish(),
});
type Commit = z.infer<typeof commitSchema>;

/**
 * The files that commits touched, together. Undefined where one of them does not name its files, and where there are
 * more than anybody looks at.
 */
export function pathsOf(commits: Commit[]): string[] | undefined {
  const paths = new Set<string>();
  for (const { added, modified, removed } of commits) {
    if (!added || !modified || !removed) {
      return undefined;
    }
    const own = [...added, ...modified, ...removed];
    own.forEach(path => paths.add(path));
    if (own.length >= MAX_FILES || paths.size > MAX_PATHS) {
      return undefined;
    }
  }
  return [...paths].sort();
}

/** The message of a commit, with what it says about runs. */
export function readMessage(
  message: string | null | undefined,
): Pick<Change, 'message' | 'skip'> {
  const subject = subjectOf(message ?? undefined);
  return {
    ...(subject !== undefined && { message: subject }),
    ...(skipsRuns(message ?? undefined) && { skip: 'message' }),
  };
}

/** Only what is known. */
export function known<K extends string, V>(
  key: K,
  value: V | null | undefined,
): { [P in K]?: V } {
  const result: { [P in K]?: V } = {};
  if (value !== undefined && value !== null) {
    result[key] = value;
  }
  return result;
}
