import {
  reason,
  type Reason,
  type ReasonCode,
} from '@model-ci/backstage-plugin-model-ci-common';

type WaitCode = Extract<ReasonCode, `slurm.wait${string}`>;

/** The first that matches. Slurm's own word is always shown, so that its documentation can be searched for it. */
const CODES: Array<[RegExp, WaitCode]> = [
  [/^Resources$/, 'slurm.waitResources'],
  [/^Priority$/, 'slurm.waitPriority'],
  [/^None$|^PENDING$/, 'slurm.waitScheduler'],
  [/^(?:Dependency|DependencyNeverSatisfied)$/, 'slurm.waitDependency'],
  [/^PartitionTimeLimit$/, 'slurm.waitPartitionTime'],
  [/^Partition(?:NodeLimit|Config)$/, 'slurm.waitPartitionSize'],
  [/^Partition(?:Down|Inactive)/, 'slurm.waitPartitionDown'],
  [/^BadConstraints$/, 'slurm.waitConstraints'],
  [/^(?:QOS|Assoc).*(?:GRES|Gres|gpu)/i, 'slurm.waitGpuLimit'],
  [/^Assoc.*(?:Limit|Max|Grp)/, 'slurm.waitAccountLimit'],
  [/^QOS/, 'slurm.waitQosLimit'],
  [/^(?:InvalidAccount|InvalidQOS)$/, 'slurm.waitInvalidAccount'],
  [/^(?:JobHeld(?:User|Admin)|JobHoldMaxRequeue)$/, 'slurm.waitHeld'],
  [/^BeginTime$/, 'slurm.waitBegin'],
  [/^Reservation$|^ReqNodeNotAvail/, 'slurm.waitMachines'],
  [/^(?:NodeDown|BadNodes|FrontEndDown)$/, 'slurm.waitMachines'],
  [/^Licenses$/, 'slurm.waitLicenses'],
];

/** What a word of Slurm's means for whoever waits. */
export function waitReason(word: string): Reason {
  const code = CODES.find(([pattern]) => pattern.test(word))?.[1];
  return reason(code ?? 'slurm.waitOther', { word });
}
