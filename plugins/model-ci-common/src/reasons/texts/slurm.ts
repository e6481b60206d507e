/** Why a job waits in Slurm, where `word` is Slurm's own of squeue, and how it was lost. */
export const slurmTexts = {
  'slurm.waitResources': 'Not enough machines are free yet (Slurm: {{word}})',
  'slurm.waitPriority':
    'Jobs with a higher priority come first (Slurm: {{word}})',
  'slurm.waitScheduler':
    'The scheduler has not looked at it yet (Slurm: {{word}})',
  'slurm.waitDependency':
    'The job depends on another one that has not ended as it should (Slurm: {{word}})',
  'slurm.waitPartitionTime':
    "The time limit is longer than the partition allows, so it never starts: lower the stage's timeout or slurm.time, or choose another partition (Slurm: {{word}})",
  'slurm.waitPartitionSize':
    'The stage asks for more than the partition gives to one job, so it never starts (Slurm: {{word}})',
  'slurm.waitPartitionDown':
    "The partition does not start jobs at present; ask the cluster's administrators (Slurm: {{word}})",
  'slurm.waitConstraints':
    'No machine has what slurm.constraint asks for (Slurm: {{word}})',
  'slurm.waitGpuLimit':
    'The limit on GPUs of the account or quality of service is reached (Slurm: {{word}})',
  'slurm.waitAccountLimit':
    'A limit of the Slurm account is reached (Slurm: {{word}})',
  'slurm.waitQosLimit':
    'A limit of the quality of service is reached (Slurm: {{word}})',
  'slurm.waitInvalidAccount':
    'Slurm does not accept the account or the quality of service; correct slurm.account or slurm.qos (Slurm: {{word}})',
  'slurm.waitHeld':
    "The job is held; ask the cluster's administrators (Slurm: {{word}})",
  'slurm.waitBegin':
    'The job has a start time that has not come yet (Slurm: {{word}})',
  'slurm.waitMachines':
    'The machines it needs are reserved, down or drained (Slurm: {{word}})',
  'slurm.waitLicenses': 'Licenses are not free yet (Slurm: {{word}})',
  'slurm.waitOther': 'Slurm says: {{word}}',
  'slurm.lostFolder':
    'The folder of the attempt is gone, and with it what it left.',
  'slurm.lostNoRecord':
    'Slurm job {{job}} ended as {{state}} and left no record of its end.',
  'slurm.lostCancelled': 'Slurm job {{job}} was cancelled outside of Model CI.',
  'slurm.lostMachine': 'Machine {{machine}} of Slurm job {{job}} failed.',
  'slurm.lostJob':
    'Slurm does not know the job any more, and it left no record of its end.',
} as const;
