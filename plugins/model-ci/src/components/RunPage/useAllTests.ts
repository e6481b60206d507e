import { useApi } from '@backstage/core-plugin-api';
import type { TestCase } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from '../../api';
import { useResource } from '../../hooks';

const PAGE_SIZE = 100;
/** Requests for failed and for other cases each; what lies beyond is in the report itself. */
const MOST_PAGES = 20;

/** The test cases of a stage, failed ones first, as many as can be searched at once. */
export function useAllTests(
  runId: string,
  stage: string,
  attempt: number | undefined,
  version: string,
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'allTests',
    scope: JSON.stringify([runId, stage, attempt]),
    key: version,
    load: async signal => {
      const load = async (statuses: Array<TestCase['status']>) => {
        const found: TestCase[] = [];
        let cursor: string | undefined;
        for (let page = 0; page < MOST_PAGES; page += 1) {
          const { items, nextCursor } = await api.listTests(
            runId,
            stage,
            { attempt, statuses, cursor, limit: PAGE_SIZE },
            { signal },
          );
          found.push(...items);
          if (!nextCursor) {
            break;
          }
          cursor = nextCursor;
        }
        return found;
      };
      return [
        ...(await load(['failed', 'errored'])),
        ...(await load(['passed', 'skipped'])),
      ];
    },
  });
}
