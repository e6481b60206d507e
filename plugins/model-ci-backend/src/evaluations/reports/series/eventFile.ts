import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { malformed, type ReportReader } from '../ReportReader';
import type { Curves } from './Curves';
import { decodeEvent } from './decodeEvent';
import { RecordReader } from './RecordReader';

/** Not configurable: longer events are pictures and graphs, in which there are no scalars. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** Reads the scalars of a TensorBoard event file. */
export function readEventFile(curves: Curves): ReportReader<void> {
  const records = new RecordReader(MAX_EVENT_BYTES, (bytes, number) => {
    const record = String(number);
    const event = decodeEvent(bytes);
    if (!event) {
      throw malformed(reason('report.recordNoEvent', { record }));
    }
    if (event.values.length + event.leftOut > 0) {
      const wrong = curves.add(event);
      if (wrong) {
        throw malformed(reason('report.inRecord', { record, problem: wrong }));
      }
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
