import { waitReason } from './waitReason';

it.each([
  ['Resources', 'slurm.waitResources'],
  ['Priority', 'slurm.waitPriority'],
  ['None', 'slurm.waitScheduler'],
  ['QOSMaxGRESPerUser', 'slurm.waitGpuLimit'],
  ['QOSMaxGRESMinutesPerJob', 'slurm.waitGpuLimit'],
  ['AssocGrpGRES', 'slurm.waitGpuLimit'],
  ['QOSMaxCpuPerUserLimit', 'slurm.waitQosLimit'],
  ['AssocGrpCpuLimit', 'slurm.waitAccountLimit'],
  ['AssocMaxJobsLimit', 'slurm.waitAccountLimit'],
  ['PartitionTimeLimit', 'slurm.waitPartitionTime'],
  ['PartitionDown', 'slurm.waitPartitionDown'],
  ['DependencyNeverSatisfied', 'slurm.waitDependency'],
  ['JobHeldAdmin', 'slurm.waitHeld'],
  ['JobHoldMaxRequeue', 'slurm.waitHeld'],
  ['BeginTime', 'slurm.waitBegin'],
  ['ReqNodeNotAvail, UnavailableNodes:n1,n2', 'slurm.waitMachines'],
  ['SomethingOfTomorrow', 'slurm.waitOther'],
])('words %s, and keeps that word', (word, code) => {
  const why = waitReason(word);
  expect(why.code).toBe(code);
  expect(why.text).toContain(word);
});
