import type { Knex } from 'knex';
import { z } from 'zod';
import type {
  Page,
  TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listCursor } from '../../cursor';
import type { TestCaseRow } from '../../tables/evaluations';

const place = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const cursor = listCursor('tests', z.tuple([place, place]));
const statusSchema = z.enum(['passed', 'failed', 'errored', 'skipped']);

/** A page of the test cases of an attempt: what went wrong first, otherwise in the order of the report. */
export async function listTestCases(
  db: Knex | Knex.Transaction,
  args: {
    attemptId: string;
    statuses?: string[];
    cursor?: string;
    limit: number;
  },
): Promise<Page<TestCase>> {
  const query = db<TestCaseRow>('test_cases')
    .where('attempt_id', args.attemptId)
    .orderBy([{ column: 'list_order' }, { column: 'position' }])
    .limit(args.limit + 1);
  if (args.statuses) {
    query.whereIn('status', args.statuses);
  }
  if (args.cursor !== undefined) {
    const after = cursor.decode(args.cursor);
    query.whereRaw('(list_order, position) > (?, ?)', after);
  }
  const rows: TestCaseRow[] = await query.select('*');
  const last = rows.length > args.limit ? rows[args.limit - 1] : undefined;
  return {
    items: rows.slice(0, args.limit).map(toTestCase),
    nextCursor: last && cursor.encode([last.list_order, last.position]),
  };
}

function toTestCase(row: TestCaseRow): TestCase {
  return {
    suite: row.suite,
    classname: row.classname ?? undefined,
    name: row.name,
    status: statusSchema.parse(row.status),
    duration: row.duration ?? undefined,
    message: row.message ?? undefined,
    details: row.details ?? undefined,
  };
}
