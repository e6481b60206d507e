import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NamedRef } from './commits/CommitFinder';
import { isCommit } from './sourceUrl';
import type { SourceReader } from './SourceReader';

/** Where a commit is said to be. */
export interface Claim {
  sourceUrl: string;
  commit: string;
  /** A branch or a tag by its own name, or anything by its full one; the default branch where it is absent or a commit. */
  ref?: string;
  /** Whether being on the default branch is enough as well: somebody has named the commit, not told where it is. */
  isChosen?: boolean;
}

/**
 * Why a commit need not come from somebody who may push to the repository; undefined where the repository itself says
 * that it is where it is said to be. What others say, such as a webhook or another CI, is no evidence, and neither is that
 * the host has the commit: GitHub and GitLab answer with those of forks too. Rejects where the host does not answer.
 */
export async function verifyCommit(
  source: Pick<SourceReader, 'isOn' | 'findDefaultBranch' | 'repository'>,
  claim: Claim,
  signal?: AbortSignal,
): Promise<Reason | undefined> {
  const { sourceUrl, commit } = claim;
  const refs = refsOf(claim, source.findDefaultBranch(sourceUrl));
  const facts = {
    commit,
    ref: refs.at(0)?.name ?? claim.ref ?? 'HEAD',
    repository: source.repository(sourceUrl),
  };
  const answers: Array<boolean | undefined> = [];
  for (const ref of refs) {
    const isOn = await source.isOn(sourceUrl, commit, ref, signal);
    if (isOn) {
      return undefined;
    }
    answers.push(isOn);
  }
  return answers.includes(undefined)
    ? reason('trust.hostNotAsked', facts)
    : reason('trust.notOnRef', facts);
}

function refsOf(
  { ref, isChosen }: Claim,
  defaultBranch: string | undefined,
): NamedRef[] {
  const usual: NamedRef[] =
    defaultBranch === undefined
      ? []
      : [{ type: 'branch', name: defaultBranch }];
  if (ref === undefined || ref === defaultBranch || isCommit(ref)) {
    return usual;
  }
  return [...namedBy(ref), ...(isChosen ? usual : [])];
}

/** What is neither a branch nor a tag, such as the head of a pull request, anybody may have put there. */
function namedBy(ref: string): NamedRef[] {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (kind) {
    return [{ type: kind === 'heads' ? 'branch' : 'tag', name }];
  }
  return ref.startsWith('refs/')
    ? []
    : [
        { type: 'branch', name: ref },
        { type: 'tag', name: ref },
      ];
}
