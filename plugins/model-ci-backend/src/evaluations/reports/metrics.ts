import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { Masks } from '../../masking/Masks';
import { describeJson } from './describeJson';
import { JsonScanner, type JsonEvent, type JsonPlace } from './JsonScanner';
import { MetricEntry, readNumber } from './MetricEntry';
import { MetricList, type MetricsReport } from './MetricList';
import { MalformedReportError, type ReportReader } from './ReportReader';

export type { MetricsReport } from './MetricList';

/** Not configurable: names of metrics are not nested deeper. */
const MAX_DEPTH = 16;

type TakeEvent = (event: JsonEvent, place: JsonPlace) => void;

/**
 * Reads `{"rmse": 12.3, "eval": {"loss": 0.5}}` or a list of
 * `{name, value, dataset?, slice?, unit?, higherIsBetter?, stderr?, n?}`, and holds nothing but the metrics.
 */
export function createMetricsReader(
  masks = Masks.none,
): ReportReader<MetricsReport> {
  const list = new MetricList();
  let take: TakeEvent | undefined;
  const scanner = new JsonScanner(
    (event, place) => {
      if (take) {
        take(event, place);
      } else {
        take = readersOf(event, place, list);
      }
    },
    MAX_DEPTH,
    masks,
  );
  return {
    write: chunk => scanner.write(chunk),
    end: () => {
      scanner.end();
      return list.finish();
    },
  };
}

function readersOf(
  event: JsonEvent,
  place: JsonPlace,
  list: MetricList,
): TakeEvent {
  if (event.type === 'open') {
    return event.kind === 'object' ? readNested(list) : readEntries(list);
  }
  const found = describeJson(event);
  throw new MalformedReportError([
    { ...place, reason: reason('report.metricsShape', { found }) },
  ]);
}

function depthChange({ type }: JsonEvent): number {
  if (type === 'open') {
    return 1;
  }
  return type === 'close' ? -1 : 0;
}

/** Numbers of nested objects become metrics with dotted names. What is in a list is left out, as one value. */
function readNested(list: MetricList): TakeEvent {
  const path: string[] = [];
  let named: JsonPlace = { line: 1, column: 1 };
  let inList = 0;
  return (event, place) => {
    if (inList > 0) {
      inList += depthChange(event);
      if (inList === 0) {
        path.pop();
      }
      return;
    }
    switch (event.type) {
      case 'name':
        path.push(event.name);
        named = place;
        return;
      case 'open':
        if (event.kind === 'array') {
          inList = 1;
          list.leftOut += 1;
        }
        return;
      case 'number':
      case 'unmeasured':
        takeMember(list, path.join('.'), { value: event, place, named });
        break;
      case 'close':
        break;
      default:
        list.leftOut += 1;
    }
    path.pop();
  };
}

function takeMember(
  list: MetricList,
  name: string,
  field: { value: JsonEvent; place: JsonPlace; named: JsonPlace },
): void {
  const metric = list.name(name, field.named, 'metric');
  if (metric === undefined) {
    return;
  }
  if (field.value.type === 'unmeasured') {
    list.add({ metric, notMeasured: true }, field.named);
    return;
  }
  const value = readNumber(list, field, clip(name));
  if (value !== undefined) {
    list.add({ metric, value }, field.named);
  }
}

function clip(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** Entries are closed before what is in them is read on, however deep that is. */
function readEntries(list: MetricList): TakeEvent {
  let depth = 1;
  let number = 0;
  let entry: MetricEntry | undefined;
  return (event, place) => {
    if (depth === 1 && event.type !== 'close') {
      number += 1;
      entry = startEntry(list, event, place, number);
    } else if (depth === 2 && event.type === 'name') {
      entry?.key(event.name, place);
    } else if (depth === 2 && event.type === 'close') {
      entry?.finish();
    } else if (depth === 2 && event.type !== 'close') {
      entry?.value(event, place);
    }
    depth += depthChange(event);
  };
}

function startEntry(
  list: MetricList,
  event: JsonEvent,
  place: JsonPlace,
  number: number,
): MetricEntry | undefined {
  if (event.type === 'open' && event.kind === 'object') {
    return new MetricEntry(list, place, number);
  }
  list.problem(
    place,
    reason('report.entryShape', {
      entry: String(number),
      found: describeJson(event),
    }),
  );
  return undefined;
}
