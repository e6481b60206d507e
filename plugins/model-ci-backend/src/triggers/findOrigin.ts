import { NotFoundError } from '@backstage/errors';
import {
  parseEmbeddedGitUrl,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { verifyCommit } from '../source/verifyCommit';
import { isCommit } from '../source/sourceUrl';
import type { SourceReader } from '../source/SourceReader';
import type { Change } from '../webhooks/change';
import { withinTime } from '../withinTime';

/** Where a change comes from. */
export type Origin =
  /** The repository itself says that its commit is on the branch or tag. */
  | { type: 'verified'; commit: string }
  /** It cannot be asked; the run is not trusted then, and says why. */
  | { type: 'unknown'; commit: string }
  /** The commit is not where it was announced. */
  | { type: 'refuted'; reason: Reason }
  /** A pull request from a fork, or one whose commit is not known to be on a branch of the repository. */
  | { type: 'fork'; commit: string };

/** Milliseconds for the answers of a code host; without one, the change is tried again. */
const LIMIT = 20_000;

/**
 * Asks the repository whether a change is what was announced: whoever knows the secret of a webhook can announce
 * anything. Of a fork nothing is asked before somebody agrees. Rejects where the host is to be asked again.
 */
export async function findOrigin(
  source: Pick<
    SourceReader,
    'isOn' | 'findDefaultBranch' | 'repository' | 'resolve'
  >,
  question: {
    change: Change;
    sourceUrl: string;
    /** As it was announced. */
    commit: string;
    isAgreed: boolean;
  },
): Promise<Origin> {
  const { change, sourceUrl, commit, isAgreed } = question;
  if (change.pullRequest?.isFork && !isAgreed) {
    return { type: 'fork', commit };
  }
  if (parseEmbeddedGitUrl(sourceUrl)) {
    return { type: 'verified', commit };
  }
  const found = await withinTime(
    ask(source, question, AbortSignal.timeout(LIMIT)),
    LIMIT,
  );
  if (!found) {
    throw new Error(`${new URL(sourceUrl).host} did not answer in time`);
  }
  return found;
}

async function ask(
  source: Parameters<typeof findOrigin>[0],
  {
    change,
    sourceUrl,
    commit: named,
    isAgreed,
  }: Parameters<typeof findOrigin>[1],
  signal: AbortSignal,
): Promise<Origin> {
  const commit = isCommit(named)
    ? named
    : await complete(source, sourceUrl, named, signal);
  if (isAgreed) {
    return { type: 'fork', commit };
  }
  const ref = refOf(change);
  const unverified = await verifyCommit(
    source,
    { sourceUrl, commit, ref },
    signal,
  );
  if (!unverified) {
    return { type: 'verified', commit };
  }
  if (change.pullRequest) {
    return { type: 'fork', commit };
  }
  return unverified.code === 'trust.notOnRef'
    ? { type: 'refuted', reason: unverified }
    : { type: 'unknown', commit };
}

/** Bitbucket announces twelve digits of a request's commit. */
async function complete(
  source: Pick<SourceReader, 'resolve'>,
  sourceUrl: string,
  named: string,
  signal: AbortSignal,
): Promise<string> {
  const { commit } = await source.resolve(sourceUrl, named, signal);
  if (!commit.startsWith(named)) {
    throw new NotFoundError(`The repository has no commit '${named}'`);
  }
  return commit;
}

function refOf({ pullRequest, ref }: Change): string {
  const name = pullRequest?.sourceBranch ?? ref?.name;
  return `refs/${ref?.type === 'tag' ? 'tags' : 'heads'}/${name}`;
}
