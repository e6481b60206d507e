import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { Masks } from '../../../masking/Masks';
import { LineReader } from '../LineReader';
import { malformed, type ReportReader } from '../ReportReader';
import { createCsvRowReader } from './csvRows';
import type { CurveBudget } from './CurveBudget';
import { Curves, type Series } from './Curves';
import { detectFormat, ENOUGH_BYTES, type SeriesFormat } from './detectFormat';
import { readEventFile } from './eventFile';
import { readJsonRow } from './jsonRow';
import { readTrainerState } from './trainerState';

/** Not configurable: thousands of metrics fit, and no line may fill the memory. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Reads a file of steps as it streams by, or as it grows: what came so far can be looked at at any time. */
export interface SeriesReader extends ReportReader<Series> {
  readonly soFar: Series;
}

export function createSeriesReader(
  path: string,
  budget: CurveBudget,
  masks = Masks.none,
): SeriesReader {
  const curves = new Curves(budget);
  let beginning: Buffer | undefined = Buffer.alloc(0);
  let reader: ReportReader<void> | undefined;

  const begin = (isAll: boolean) => {
    const format = beginning && detectFormat(path, beginning, isAll);
    if (format && beginning) {
      reader = createReader(format, curves, masks);
      reader.write(beginning);
      beginning = undefined;
    }
  };
  return {
    soFar: curves,
    write(chunk) {
      if (reader) {
        reader.write(chunk);
        return;
      }
      beginning = Buffer.concat([beginning ?? Buffer.alloc(0), chunk]);
      begin(beginning.length >= ENOUGH_BYTES);
    },
    end() {
      if (!reader) begin(true);
      reader?.end();
      if (curves.curves.size === 0) {
        throw malformed(reason('report.noSteps'));
      }
      return curves;
    },
  };
}

function createReader(
  format: SeriesFormat,
  curves: Curves,
  masks: Masks,
): ReportReader<void> {
  switch (format) {
    case 'events':
      return readEventFile(curves);
    case 'trainer-state':
      return readTrainerState(curves, masks);
    case 'csv':
      return readLines(createCsvRowReader(masks), curves);
    case 'json-lines':
      return readLines(text => readJsonRow(text, masks), curves);
    default:
      return format satisfies never;
  }
}

function readLines(
  readRow: ReturnType<typeof createCsvRowReader>,
  curves: Curves,
): ReportReader<void> {
  const lines = new LineReader(MAX_LINE_BYTES, text => {
    const read = readRow(text);
    if ('error' in read) {
      return read.error;
    }
    return read.row && curves.add(read.row);
  });
  return {
    write: chunk => lines.write(chunk),
    end: () => lines.end(),
  };
}
