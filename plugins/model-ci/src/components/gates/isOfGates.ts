import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

type Part = NonNullable<Reason['parameters']>[string];
type Nested = Extract<Part, { code: string }>;

export function isNested(part: Part | undefined): part is Nested {
  return typeof part === 'object' && 'code' in part;
}

/** Whether a stage failed by its gates, which say so themselves. */
export function isOfGates({ code, parameters }: Nested): boolean {
  const items = parameters?.items;
  return (
    code === 'stage.gate' ||
    (code === 'all' &&
      Array.isArray(items) &&
      items.some(
        item => typeof item !== 'string' && item.code === 'stage.gate',
      ))
  );
}
