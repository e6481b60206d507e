import { kindOfRefusal } from './refusals';

it.each([
  [
    'Batch job submission failed: Requested node configuration is not available',
    'final',
  ],
  ['Batch job submission failed: Invalid qos specification', 'final'],
  ['invalid partition specified: nowhere', 'final'],
  [
    'Batch job submission failed: Invalid account or account/partition combination specified',
    'final',
  ],
  [
    'Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)',
    'final',
  ],
  [
    'Batch job submission failed: Unable to contact slurm controller (connect failure)',
    'not-reached',
  ],
  [
    "QOSMaxSubmitJobPerUserLimit\nBatch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'not-reached',
  ],
  [
    'Batch job submission failed: Socket timed out on send/recv operation',
    'doubtful',
  ],
  [
    'Batch job submission failed: Zero Bytes were transmitted or received',
    'doubtful',
  ],
  ['Something that nobody knows', 'doubtful'],
])('takes %j as %s', (said, kind) => {
  expect(kindOfRefusal(said)).toBe(kind);
});
