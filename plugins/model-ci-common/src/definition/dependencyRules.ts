import { reason } from '../reasons';
import { type Problem, textsOf, valueOf } from './problems';
import { withSuggestion } from './suggest';

/** Checks that the artifacts that stages want to be given are of stages that they need, directly or through others. */
export function checkDependencies(
  stages: Array<[string, unknown]>,
  ancestors: Map<string, Set<string>>,
): Problem[] {
  const names = new Set(stages.map(([name]) => name));
  return stages.flatMap(([name, stage]) => {
    const needed = ancestors.get(name) ?? new Set();
    return textsOf(valueOf(stage, 'dependencies'))
      .filter(({ text }) => !needed.has(text))
      .map(({ index, text }) => ({
        path: ['stages', name, 'dependencies', index],
        reason: names.has(text)
          ? reason('definition.dependencyNotNeeded', { stage: text })
          : withSuggestion(
              reason('definition.noStage', { name: text.slice(0, 100) }),
              text,
              [...needed],
            ),
      }));
  });
}
