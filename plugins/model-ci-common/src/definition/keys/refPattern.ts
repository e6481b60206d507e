import { z } from 'zod';
import { ruleText } from '../ruleText';

/** A branch or a tag, or a pattern of them. */
export const refPattern = z
  .string()
  .max(250)
  .refine(
    value =>
      // eslint-disable-next-line no-control-regex
      !/[\x00-\x20\x7f~^:\\[\]]|\.\.|\/\/|^\/|\/$|^-|^$/.test(value),
    { error: ruleText('definition.branch') },
  );
