import {
  formatReason,
  parseReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** A reason as a column holds it. */
export function storeReason(reason: Reason | undefined): string | null {
  return reason ? formatReason(reason) : null;
}

/** The reason of a column. */
export function readReason(column: string | null): Reason | undefined {
  return column === null ? undefined : parseReason(column);
}
