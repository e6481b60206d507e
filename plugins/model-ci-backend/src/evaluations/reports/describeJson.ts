import {
  reason,
  type ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { JsonEvent } from './JsonScanner';
import { quote } from './ReportReader';

/** What stands in a file where something else was expected, as a part of a reason. */
export function describeJson(event: JsonEvent): ReasonParameter {
  switch (event.type) {
    case 'string':
      return reason('json.text', { text: quote(event.value) });
    case 'number':
      return reason('json.number', { number: event.text.slice(0, 80) });
    case 'unmeasured':
      return event.text;
    case 'boolean':
      return String(event.value);
    case 'open':
      return reason(event.kind === 'array' ? 'json.list' : 'json.object');
    default:
      return 'null';
  }
}
