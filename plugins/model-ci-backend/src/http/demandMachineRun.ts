import type { JsonObject } from '@backstage/types';
import { pipelineRunPermission } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelinePermission } from './Access';
import type { RouteContext } from './context';
import type { Machine } from './MachineAccess';

/** The pipeline of a run that the machine reports; its user has to have the right to run it still. */
export async function demandMachineRun(
  { access, machines }: RouteContext,
  machine: Machine,
  runId: string,
  note?: (meta: JsonObject) => void,
  permission: PipelinePermission = pipelineRunPermission,
): Promise<string> {
  const pipelineRef = await access.demandRun(machine.credentials, runId, {
    permission,
    ...(note && { note }),
  });
  machines.demandPipeline(machine, pipelineRef);
  return pipelineRef;
}
