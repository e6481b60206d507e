import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { malformed, type ReportReader } from '../ReportReader';
import type { Curves } from './Curves';
import { decodeEvent, type DecodedEvent } from './decodeEvent';
import { RecordReader } from './RecordReader';
import { MAX_FIELDS } from './rowOf';

/** Not configurable: longer events are pictures and graphs. Shorter ones may hold pictures beside scalars. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** Reads the scalars of a TensorBoard event file. */
export function readEventFile(curves: Curves): ReportReader<void> {
  const records = new RecordReader(MAX_EVENT_BYTES, (bytes, number) => {
    const record = String(number);
    const event = decodeEvent(bytes);
    if (event.type === 'no-event') {
      throw malformed(reason('report.recordNoEvent', { record }));
    }
    const wrong = take(curves, event);
    if (wrong) {
      throw malformed(reason('report.inRecord', { record, problem: wrong }));
    }
  });
  return {
    write: chunk => records.write(chunk),
    end: () => {
      records.end();
      curves.leftOut += records.passedOver;
    },
  };
}

/** Answers what is wrong. Events of graphs and sessions hold no values. */
function take(
  curves: Curves,
  event: Exclude<DecodedEvent, { type: 'no-event' }>,
): Reason | undefined {
  if (event.type === 'too-many-values') {
    return reason('report.csvColumns', { max: MAX_FIELDS });
  }
  const { row } = event;
  return row.values.length + row.leftOut > 0 ? curves.add(row) : undefined;
}
