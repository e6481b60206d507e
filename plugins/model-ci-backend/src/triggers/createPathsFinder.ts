import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { areComparable } from '../database/changedPaths';
import { findChangedPaths } from '../source/comparisons/findChangedPaths';
import type { Change } from '../webhooks/change';
import { withinTime } from '../withinTime';

/** Milliseconds that a run waits for the code host; without an answer, everything counts as changed. */
const LIMIT = 10_000;

/**
 * Finds the files that a change touched: those that it names itself, or else what the code host says. A new branch is
 * compared with the default branch, a pull request with its target; what a tag or a new default branch changed is not known,
 * and more than anybody compares counts as not known.
 */
export function createPathsFinder({
  integrations,
  logger,
}: {
  integrations: ScmIntegrationRegistry;
  logger: LoggerService;
}) {
  return async (
    { after, before, paths, pullRequest, ref }: Change,
    { sourceUrl, defaultBranch }: { sourceUrl: string; defaultBranch?: string },
  ): Promise<string[] | undefined> => {
    const isNewDefault = before === undefined && ref?.name === defaultBranch;
    const from = pullRequest?.targetBranch ?? before ?? defaultBranch;
    const isCompared = pullRequest || (ref?.type === 'branch' && !isNewDefault);
    if (paths || from === undefined || after === undefined || !isCompared) {
      return bounded(paths);
    }
    try {
      const found = await withinTime(
        findChangedPaths(
          { sourceUrl, from, to: after, isDirect: before !== undefined },
          integrations,
          AbortSignal.timeout(LIMIT),
        ),
        LIMIT,
      );
      return bounded(found);
    } catch (error) {
      logger.info(
        `Which files ${after} changes is not known, so that all count as changed: ${error}`,
      );
      return undefined;
    }
  };
}

function bounded(paths: string[] | undefined): string[] | undefined {
  return paths && areComparable(paths) ? paths : undefined;
}
