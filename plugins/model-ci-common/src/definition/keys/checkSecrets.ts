import { reason } from '../../reasons';
import { type Problem, entriesOf, textsOf, valueOf } from '../problems';

/** Checks that each secret is named once, and that nothing else has the variable of its name. */
export function checkSecrets(
  document: unknown,
  stages: Array<[string, unknown]>,
): Problem[] {
  const defaults = valueOf(document, 'defaults');
  const serving = valueOf(document, 'serving');
  return [
    ...stages.flatMap(([name, stage]) => [
      ...check(['stages', name], stage, [
        defaults,
        stage,
        ...entriesOf(valueOf(stage, 'on')).map(
          ([, environment]) => environment,
        ),
      ]),
    ]),
    ...check(['serving'], serving, [defaults, serving]),
  ];
}

function check(
  path: Problem['path'],
  holder: unknown,
  withVariables: unknown[],
): Problem[] {
  const seen = new Set<string>();
  return textsOf(valueOf(holder, 'secrets')).flatMap(({ index, text }) => {
    const at = [...path, 'secrets', index];
    const name = text.slice(0, 100);
    if (seen.has(text)) {
      return [{ path: at, reason: reason('definition.namedTwice', { name }) }];
    }
    seen.add(text);
    return withVariables.some(
      other => valueOf(valueOf(other, 'env'), text) !== undefined,
    )
      ? [{ path: at, reason: reason('definition.secretAndVariable', { name }) }]
      : [];
  });
}
