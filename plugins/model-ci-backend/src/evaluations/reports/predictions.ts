import { createHash } from 'node:crypto';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { InputError } from '@backstage/errors';
import { ExampleColumns, MAX_EXAMPLES } from '../../examples/ExampleColumns';
import type { ExampleRow } from '../../examples/types';
import { Masks } from '../../masking/Masks';
import { LineReader } from './LineReader';
import { parseLine } from './parseLine';
import { readPredictionRow } from './predictionRow';
import { malformed, quote, type ReportReader } from './ReportReader';

const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Reads JSON lines `{id, prediction, target?, score?, group?, slices?, text?}` and checks each line; holds the ids, numbers and
 * names in columns.
 */
export function createPredictionsReader(
  options: {
    maxPredictions?: number;
    maxLineBytes?: number;
    masks?: Masks;
  } = {},
): ReportReader<ExampleColumns> {
  const { maxPredictions = MAX_EXAMPLES, masks = Masks.none } = options;
  const examples = new ExampleColumns();
  const ids = new Set<string>();

  const take = (row: ExampleRow, line: number): Reason | undefined => {
    const key = keyOf(row.id);
    if (ids.has(key)) {
      return reason('report.idTwice', { id: quote(row.id) });
    }
    if (ids.size >= maxPredictions) {
      throw malformed(
        reason('report.manyPredictions', { max: maxPredictions }),
        { line },
      );
    }
    ids.add(key);
    orTooMuch(line, () => examples.add(row));
    return undefined;
  };
  const lines = new LineReader(
    options.maxLineBytes ?? MAX_LINE_BYTES,
    (text, line) => {
      const parsed = parseLine(text, { unmeasured: 'nan', masks });
      if ('error' in parsed) {
        return parsed.error;
      }
      const row = readPredictionRow(parsed.value, text);
      return 'error' in row ? row.error : take(row.value, line);
    },
  );

  return {
    write: chunk => lines.write(chunk),
    end() {
      lines.end();
      if (examples.count === 0) {
        throw malformed(reason('report.noPrediction'));
      }
      return examples;
    },
  };
}

/** What the columns cannot hold is the report's fault. */
export function orTooMuch(line: number, add: () => void): void {
  try {
    add();
  } catch (error) {
    if (error instanceof InputError) {
      throw malformed(reason('report.tooMuch', { limit: error.message }), {
        line,
      });
    }
    throw error;
  }
}

/** Long ids are remembered by their digest, so that memory stays bounded. */
function keyOf(id: string): string {
  return id.length > 43 ? createHash('sha256').update(id).digest('base64') : id;
}
