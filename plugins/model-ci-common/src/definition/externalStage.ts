import { parseStoredStage, type StageDefinition } from './stored';

/**
 * What a stage follows that another CI executes: of its definition what says how it is judged and shown, and nothing of
 * how it would be executed here. `needs` keeps those of the stages that the run has, and so do `dependencies`.
 */
export function externalStage(
  stage: StageDefinition | undefined,
  stages: readonly string[],
): StageDefinition {
  const followed = stage ?? parseStoredStage('{"script":""}');
  const { title, needs, dependencies, datasets, reports } = followed;
  const { gates, inconclusive, allowFailure } = followed;
  const isThere = (name: string) => stages.includes(name);
  return {
    ...parseStoredStage('{"script":""}'),
    ...(title !== undefined && { title }),
    needs: needs.filter(isThere),
    ...(dependencies && { dependencies: dependencies.filter(isThere) }),
    datasets,
    reports: reports.directions ? { directions: reports.directions } : {},
    gates,
    inconclusive,
    allowFailure,
  };
}
