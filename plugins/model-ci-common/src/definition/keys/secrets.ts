import { z } from 'zod';
import {
  isReservedSecret,
  MAX_SECRET_NAME,
  MAX_SECRETS_OF_STAGE,
  SECRET_NAME_PATTERN,
} from '../../api/secrets';
import { ruleText } from '../ruleText';

const secretName = z
  .string()
  .max(MAX_SECRET_NAME)
  .regex(SECRET_NAME_PATTERN, { error: ruleText('definition.variableName') })
  .refine(name => !isReservedSecret(name), {
    error: ruleText('definition.secretReserved'),
  });

/** The secrets of a stage or of the service. */
export const secretsKey = () =>
  z
    .array(secretName)
    .max(MAX_SECRETS_OF_STAGE)
    .meta({
      description:
        'Names of secrets of the portal. Each is in the environment variable of its name, and masked in logs and reports.',
      examples: [['HF_TOKEN']],
    });
