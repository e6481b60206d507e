import { reason } from '../reasons';
import { type Problem, isMapping, textsOf, valueOf } from './problems';

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
