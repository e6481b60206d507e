import type { Knex } from 'knex';
import type { TestCase } from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { TestCaseRow } from '../../tables/evaluations';

/** Records the test cases of one attempt, in the order of the report. */
export async function insertTestCases(
  db: Knex | Knex.Transaction,
  args: { attemptId: string; testCases: TestCase[] },
): Promise<void> {
  await insertRows<TestCaseRow>(
    db,
    'test_cases',
    args.testCases.map((testCase, position) => ({
      attempt_id: args.attemptId,
      position,
      suite: testCase.suite,
      classname: testCase.classname ?? null,
      name: testCase.name,
      status: testCase.status,
      list_order:
        testCase.status === 'failed' || testCase.status === 'errored' ? 0 : 1,
      duration: testCase.duration ?? null,
      message: testCase.message ?? null,
      details: testCase.details ?? null,
    })),
  );
}
