import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Masks } from '../../../masking/Masks';
import type { JsonPlace, JsonScalar } from '../JsonScanner';
import { malformed, quote, type ReportReader } from '../ReportReader';
import { walkScalars } from '../walkScalars';
import { MAX_METRIC_NAME, type Curves } from './Curves';
import { MAX_FIELD_NAME, MAX_FIELDS, rowOf, type Field } from './rowOf';

const HISTORY = 'log_history';

/** Reads the `log_history` of `trainer_state.json`, which Hugging Face's Trainer writes. */
export function readTrainerState(
  curves: Curves,
  masks: Masks,
): ReportReader<void> {
  let entry: { at: unknown; fields: Field[]; place: JsonPlace } | undefined;
  const finish = () => {
    if (entry) {
      const read = rowOf(entry.fields);
      const wrong = 'error' in read ? read.error : curves.add(read.row);
      if (wrong) {
        throw malformed(wrong, entry.place);
      }
      entry = undefined;
    }
  };
  const walk = walkScalars((path, scalar, place) => {
    if (path[0] !== HISTORY || typeof path[1] !== 'number') {
      // So that the last entry is there before the end of the file is.
      finish();
      return;
    }
    if (path.length < 3) {
      throw malformed(reason('report.trainerEntry'), place);
    }
    if (entry?.at !== path[1]) {
      finish();
      entry = { at: path[1], fields: [], place };
    }
    if (entry.fields.length >= MAX_FIELDS) {
      throw malformed(reason('report.csvColumns', { max: MAX_FIELDS }), place);
    }
    const name = path.slice(2).join('.');
    if (name.length > MAX_FIELD_NAME) {
      const named = { name: quote(name), max: MAX_METRIC_NAME };
      throw malformed(reason('report.badMetricName', named), place);
    }
    entry.fields.push([name, valueOf(scalar)]);
  }, masks);
  return {
    write: chunk => walk.write(chunk),
    end() {
      walk.end();
      finish();
      if (curves.rows === 0) {
        throw malformed(reason('report.trainerShape'));
      }
    },
  };
}

function valueOf(scalar: JsonScalar): unknown {
  switch (scalar.type) {
    case 'number':
    case 'string':
    case 'boolean':
      return scalar.value;
    case 'unmeasured':
      return NaN;
    default:
      return null;
  }
}
