import { z } from 'zod';
import { ruleText } from '../ruleText';
import { MAX_ENTRIES } from './limits';

const refPattern = z
  .string()
  .max(250)
  .refine(
    value =>
      // eslint-disable-next-line no-control-regex
      !/[\x00-\x20\x7f~^:\\[\]]|\.\.|\/\/|^\/|\/$|^-|^$/.test(value),
    { error: ruleText('definition.branch') },
  );
const refPatterns = z.array(refPattern).min(1).max(MAX_ENTRIES);

const branches = refPatterns.meta({
  description:
    'Branches, or patterns: * stands for anything but /, ** for anything, ? for one character.',
  examples: [['main', 'release/*']],
});

/** What starts runs. */
export const triggers = z.strictObject({
  push: z
    .strictObject({ branches })
    .optional()
    .meta({ description: 'Start a run at each push to these branches.' }),
});

/** As runs keep them. */
export const storedTriggers = z
  .object({ push: z.object({ branches: z.array(z.string()) }).optional() })
  .default({});

/** Says what may be left out. */
export function normalizeTriggers(
  written: z.output<typeof triggers> | undefined,
): z.output<typeof storedTriggers> {
  return storedTriggers.parse(written ?? {});
}
