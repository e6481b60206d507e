import {
  gateDemandSchema,
  gateDetailSchema,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { JudgedGate } from '../results/types';

/** What has no column of its own. The limits have one, but are repeated: a demand is read as a whole. */
const storedSchema = gateDetailSchema.extend({ demand: gateDemandSchema });

/**
 * What is stored beside the columns of a gate's result. JSON has no NaN and no infinity: such a number is left out, since
 * the transaction that ends an attempt must not fail for it.
 */
export function formatGateDetail(gate: JudgedGate): string {
  return JSON.stringify(
    storedSchema.parse(JSON.parse(JSON.stringify(gate, keepFinite))),
  );
}

function keepFinite(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? finite(value) : value;
}

/** Absent for what is no finite number. */
export function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Rows from before there were details have only limits. */
export function parseGateDetail(row: {
  detail: string | null;
  min: number | null;
  max: number | null;
}) {
  return row.detail === null
    ? { demand: { min: row.min ?? undefined, max: row.max ?? undefined } }
    : storedSchema.parse(JSON.parse(row.detail));
}
