import {
  reason,
  type NestedReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { GateItem } from './items';

/** What a gate is about, as a part of a reason. */
export function subjectOf(of: {
  metric: string;
  dataset?: string;
  slice?: string;
}): string | NestedReason {
  const { metric, dataset, slice } = of;
  const places = [dataset, slice].flatMap(place => place || []);
  return places.length === 0 ? metric : reason('gate.on', { metric, places });
}

/** Where an item was measured. */
export function placeOf({ gate, slice }: GateItem) {
  return { metric: gate.metric, dataset: gate.dataset, slice };
}

export function subjectOfItem(item: GateItem) {
  return subjectOf(placeOf(item));
}
