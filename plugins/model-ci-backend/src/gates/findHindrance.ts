import {
  reason,
  type PipelineDefinition,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { judgedGates } from './demandOf';
import type { StoredGatePlan } from './gatePlan';
import type { PlannedBaseline } from './types';

/** A version of a run that has succeeded, and the alias that its definition asks for. */
export interface Promotable {
  alias: string;
  version: number;
  runNumber: number;
  definition: Pick<PipelineDefinition, 'stages'>;
  gatePlans: ReadonlyMap<string, StoredGatePlan>;
  /** Of its stages, by their names. */
  statuses: ReadonlyMap<string, Status>;
  /** Where the alias points now; absent where it does not exist. */
  current?: { version: number; runNumber: number };
}

/**
 * Why a version is not given its alias; undefined where nothing speaks against it. Its gates must have passed, and the
 * alias must still be where it was when they were told whom to compare with.
 */
export function findHindrance(of: Promotable): Reason | undefined {
  const { alias, current } = of;
  if (current?.version === of.version) {
    return undefined;
  }
  const stage = findUnpassed(of);
  if (stage !== undefined) {
    return reason('promotion.gatesNotPassed', { stage });
  }
  const compared = baselinesFor(of);
  if (compared.includes(undefined)) {
    return reason('promotion.notPlanned', { alias });
  }
  const other = compared.find(planned => planned?.version !== current?.version);
  if (other) {
    return current
      ? reason('promotion.moved', { alias, version: current.version })
      : reason('promotion.removed', { alias });
  }
  // Where no gate compares with the alias, it follows the runs in their order.
  return compared.length === 0 && current && current.runNumber > of.runNumber
    ? reason('promotion.laterRun', {
        alias,
        version: current.version,
        number: current.runNumber,
      })
    : undefined;
}

/** A stage with gates that the run went on without. */
function findUnpassed(of: Promotable): string | undefined {
  const gated = Object.entries(of.definition.stages).find(
    ([name, { gates }]) =>
      gates.length > 0 && of.statuses.get(name) !== 'succeeded',
  );
  return gated?.[0];
}

/** What was planned for the gates that compare with the alias; undefined where nothing was. */
function baselinesFor(of: Promotable): Array<PlannedBaseline | undefined> {
  return Object.entries(of.definition.stages).flatMap(([name, stage]) => {
    const planned = of.gatePlans.get(name)?.gates ?? [];
    return judgedGates(stage).flatMap(({ baseline }, position) =>
      baseline === of.alias ? [planned[position]?.baseline] : [],
    );
  });
}
