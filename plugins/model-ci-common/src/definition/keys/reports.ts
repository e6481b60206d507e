import { z } from 'zod';
import { ruleText } from '../ruleText';
import { MAX_ENTRIES } from './limits';
import { path, paths } from './paths';

const directions = z
  .record(
    z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u, { error: ruleText('definition.controlCharacter') }),
    z.enum(['higher', 'lower']),
  )
  .refine(value => Object.keys(value).length <= MAX_ENTRIES, {
    error: ruleText('definition.tooManyEntries', { max: MAX_ENTRIES }),
  });

/** `reports` of a stage. */
export const reports = z
  .strictObject({
    junit: paths.optional().meta({
      description:
        'Test results as JUnit XML: a file, a folder of .xml files, a pattern with *, ** and ?, or a list of those.',
      examples: ['reports/junit.xml'],
    }),
    metrics: paths.optional().meta({
      description:
        'Metrics as JSON, in a file, a folder of .json files, a pattern, or a list of those: an object of numbers, which may be nested, or a list of {name, value, dataset, slice, unit, higherIsBetter, stderr, n}.',
      examples: ['reports/metrics.json', ['train.json', 'eval/*.json']],
    }),
    predictions: path.optional().meta({
      description:
        'Predictions as JSON lines of {id, prediction, target, score, group, slices}.',
      examples: ['reports/predictions.jsonl'],
    }),
    'lm-eval': paths.optional().meta({
      description:
        'What lm-evaluation-harness writes with --output_path and --log_samples: its folder, or its results_*.json and samples_*.jsonl.',
      examples: ['reports/lm-eval'],
    }),
    series: paths.optional().meta({
      description:
        'Steps of training, drawn as curves while the stage runs: JSON lines or CSV, trainer_state.json of Hugging Face, or TensorBoard event files; a file, a folder, a pattern, or a list of those.',
      examples: ['logs/train.jsonl', ['runs', 'output/trainer_state.json']],
    }),
    directions: directions.optional().meta({
      description:
        'Which direction is better for metrics whose names do not say so.',
      examples: [{ churn: 'lower' }],
    }),
  })
  .meta({
    description:
      'Files that the portal reads. A missing or malformed one fails the stage.',
  });
