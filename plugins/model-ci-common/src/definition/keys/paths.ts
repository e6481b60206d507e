import { z } from 'zod';
import { explainBadPath } from '../paths';
import { ruleText } from '../ruleText';
import { MAX_ENTRIES } from './limits';

export const path = z.string().superRefine((value, context) => {
  const bad = explainBadPath(value);
  if (bad) {
    context.addIssue({
      code: 'custom',
      message: ruleText('definition.valueIs', {
        value: JSON.stringify(value.slice(0, 100)),
        problem: bad,
      }),
    });
  }
});

export const paths = z.union([path, z.array(path).min(1).max(MAX_ENTRIES)]);
