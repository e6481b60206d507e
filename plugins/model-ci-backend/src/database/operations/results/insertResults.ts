import type { Knex } from 'knex';
import { insertArtifacts } from '../artifacts/insertArtifacts';
import { replaceCurves } from '../curves/replaceCurves';
import { insertEvaluations } from '../evaluations/insertEvaluations';
import { insertGateResults } from '../evaluations/insertGateResults';
import { insertExampleSets } from '../examples/insertExampleSets';
import { insertReports } from '../reports/insertReports';
import { insertTestCases } from '../reports/insertTestCases';
import type { StageResults } from './types';

/** Records what an attempt left behind, in the transaction that finishes the attempt. */
export async function insertResults(
  tx: Knex.Transaction,
  options: {
    runId: string;
    pipelineRef: string;
    stageId: string;
    stageName: string;
    /** Key among the executions of the stage; absent where there is one. */
    instance?: string;
    /** Where the stage ran, if it runs in several environments. */
    environment?: string;
    attemptId: string;
    results: StageResults;
    at: string;
  },
): Promise<void> {
  const { results, ...ids } = options;
  await insertArtifacts(tx, { ...ids, artifacts: results.artifacts });
  await insertReports(tx, { ...ids, reports: results.reports });
  await insertTestCases(tx, { ...ids, testCases: results.testCases });
  await insertEvaluations(tx, { ...ids, evaluations: results.evaluations });
  await insertExampleSets(tx, { ...ids, exampleSets: results.exampleSets });
  if (results.curves.length > 0) {
    // Otherwise what was read while it ran is all that there will be.
    await replaceCurves(tx, { ...ids, curves: results.curves });
  }
  await insertGateResults(tx, { ...ids, gates: results.gates });
}
