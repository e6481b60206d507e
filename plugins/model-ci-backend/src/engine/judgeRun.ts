import {
  parseEmbeddedGitUrl,
  quoted,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ClaimedRun } from '../database/operations/runs/claimRun';
import { describeError } from '../describeError';
import { type Claim, verifyCommit } from '../source/verifyCommit';
import type { SourceReader } from '../source/SourceReader';

/** Failures to ask the code host after which a run goes on without trust. */
const PATIENCE = 2;

/**
 * Why a run is not trusted, which is found out when its commit is known; undefined where it is. A run that came in as
 * one of a fork stays that. Rejects where the host is to be asked again.
 */
export async function judgeRun(
  source: SourceReader,
  run: ClaimedRun,
  { commit, signal }: { commit: string; signal: AbortSignal },
): Promise<Reason | undefined> {
  const isFork = run.is_untrusted && run.untrusted_reason === null;
  // The portal's own git host knows no forks: all that it has was pushed.
  const isOwn = parseEmbeddedGitUrl(run.source_url) !== undefined;
  if (isFork || isOwn || run.is_verified) {
    return undefined;
  }
  const claim = claimOf(run, commit);
  try {
    return await verifyCommit(source, claim, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (run.prepare_failures < PATIENCE) {
      throw error;
    }
    return reason('trust.notFoundOut', {
      commit,
      repository: source.repository(run.source_url),
      problem: quoted(describeError(error)),
    });
  }
}

function claimOf(
  { requested_ref: ref, source_url: sourceUrl, trigger }: ClaimedRun,
  commit: string,
): Claim {
  const own = { sourceUrl, commit };
  switch (trigger) {
    case 'tag':
      return { ...own, ref: `refs/tags/${ref}` };
    case 'push':
    case 'pull_request':
      return { ...own, ref: `refs/heads/${ref}` };
    default:
      return { ...own, ref: ref ?? undefined, isChosen: true };
  }
}
