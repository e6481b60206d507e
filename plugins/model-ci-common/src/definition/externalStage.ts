import { parseStoredStage, type StageDefinition } from './stored';

/**
 * What a stage follows that another CI executes: of its definition what says how it is judged and shown, and nothing of
 * how it would be executed here. `needs` keeps those of the stages that the run has.
 */
export function externalStage(
  stage: StageDefinition | undefined,
  stages: readonly string[],
): StageDefinition {
  const { title, needs, datasets, reports, gates, inconclusive, allowFailure } =
    stage ?? parseStoredStage('{"script":""}');
  return {
    ...parseStoredStage('{"script":""}'),
    ...(title !== undefined && { title }),
    needs: needs.filter(name => stages.includes(name)),
    datasets,
    reports: reports.directions ? { directions: reports.directions } : {},
    gates,
    inconclusive,
    allowFailure,
  };
}
