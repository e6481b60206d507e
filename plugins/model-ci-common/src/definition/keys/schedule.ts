import { z } from 'zod';
import { formatReason } from '../../reasons';
import { ruleText } from '../ruleText';
import { findCronProblem } from './cron';
import { refPattern } from './refPattern';

/** As many as a page shows at a glance. */
const MAX_SCHEDULES = 10;
const MAX_VALUES = 32;

const cron = z
  .string({ error: ruleText('definition.cronFields') })
  .superRefine((value, context) => {
    const problem = findCronProblem(value);
    if (problem) {
      context.addIssue({ code: 'custom', message: formatReason(problem) });
    }
  })
  .meta({
    description:
      'Minute, hour, day of the month, month and day of the week, as in crontab. Quote it.',
    examples: ['0 2 * * 1-5'],
  });

const timezone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: ruleText('definition.timezone') })
  .meta({
    description: 'Time zone of the IANA database that the times are of.',
    default: 'UTC',
    examples: ['Europe/Berlin'],
  });

/** Times that start runs, by name. Only the default branch's count. */
export function scheduleKey(name: z.ZodType<string, string>) {
  return z
    .record(
      name,
      z.strictObject({
        cron,
        timezone: timezone.optional(),
        branch: refPattern
          .refine(value => !/[*?]/.test(value), {
            error: ruleText('definition.scheduleBranch'),
          })
          .optional()
          .meta({
            description: 'Branch that is run; the default branch if absent.',
            examples: ['main'],
          }),
        parameters: z
          .record(name, z.union([z.string(), z.number(), z.boolean()]))
          .refine(value => Object.keys(value).length <= MAX_VALUES, {
            error: ruleText('definition.tooManyEntries', { max: MAX_VALUES }),
          })
          .optional()
          .meta({
            description:
              'Values for parameters; the others have their defaults.',
            examples: [{ epochs: 20 }],
          }),
      }),
    )
    .refine(value => Object.keys(value).length <= MAX_SCHEDULES, {
      error: ruleText('definition.tooManyEntries', { max: MAX_SCHEDULES }),
    })
    .optional()
    .meta({
      description:
        'Start runs at these times, by name. Those of the default branch count.',
      examples: [{ nightly: { cron: '0 2 * * *', timezone: 'Europe/Berlin' } }],
    });
}

/** As runs keep them. */
export const storedSchedule = z.object({
  cron: z.string(),
  timezone: z.string().default('UTC'),
  branch: z.string().optional(),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional(),
});

export type ScheduleDefinition = z.output<typeof storedSchedule>;

/** Names alone: what else the platform takes, such as +02:00, knows no daylight saving. */
function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(value)) {
    return false;
  }
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
