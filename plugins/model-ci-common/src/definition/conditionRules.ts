import { reason } from '../reasons';
import { type Problem, isMapping, textsOf, valueOf } from './problems';

/** As many characters as the paths of one trigger may have: a change is compared with all of them at once. */
const MAX_CHARACTERS = 2_000;

/** Checks that a large change is compared with the paths of all stages in a moment. */
export function checkPathsOfStages(
  stages: Array<[string, unknown]>,
): Problem[] {
  const seen = new Set<string>();
  let characters = 0;
  for (const [name, stage] of stages) {
    for (const { text } of textsOf(valueOf(valueOf(stage, 'when'), 'paths'))) {
      characters += seen.has(text) ? 0 : text.length;
      seen.add(text);
    }
    if (characters > MAX_CHARACTERS) {
      const why = reason('definition.manyPaths', { max: MAX_CHARACTERS });
      return [{ path: ['stages', name, 'when', 'paths'], reason: why }];
    }
  }
  return [];
}

/** Checks that a condition of a stage is about something that is there. */
export function checkCondition(
  path: Problem['path'],
  stage: unknown,
): Problem[] {
  const when = valueOf(stage, 'when');
  if (isMapping(when) && Object.keys(when).length === 0) {
    const why = reason('definition.emptyCondition');
    return [{ path: [...path, 'when'], reason: why }];
  }
  const needs = valueOf(when, 'needs');
  if (needs === undefined || needs === 'succeeded') {
    return [];
  }
  const at = (key: string, why: Problem['reason']): Problem => ({
    path: [...path, ...key.split('.')],
    atKey: true,
    reason: why,
  });
  const source = valueOf(valueOf(stage, 'image'), 'stage');
  return [
    ...(textsOf(valueOf(stage, 'needs')).length === 0
      ? [at('when.needs', reason('definition.needsNothing'))]
      : []),
    ...(typeof source === 'string'
      ? [
          at(
            'image',
            reason('definition.imageMayBeMissing', {
              stage: source.slice(0, 100),
            }),
          ),
        ]
      : []),
  ];
}
