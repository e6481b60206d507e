import { sbatchArguments, type SbatchInput } from './sbatchArguments';

const input: SbatchInput = {
  spec: {
    attemptId: 'a-1',
    pipelineRef: 'modelpipeline:default/x',
    stage: 'train',
    resources: { cpus: 1.5, memoryBytes: 2 ** 30 + 1, gpus: 2 },
    timeoutSeconds: 3600,
    maxLogBytes: 1000,
  },
  partition: 'gpu',
  options: {},
  folder: '/shared/attempts/a-1',
  commandVariables: ['PATH', 'SLURM_JWT'],
};

it('asks for what the stage needs, once, on one machine', () => {
  expect(sbatchArguments(input)).toEqual([
    ...['--parsable', '--no-requeue', '--open-mode=append', '--export=ALL'],
    ...['--job-name=model-ci-a-1', '--comment=modelpipeline:default/x train'],
    ...['--partition=gpu', '--nodes=1', '--ntasks=1', '--cpus-per-task=2'],
    ...['--mem=1048577K', '--gres=gpu:2', '--time=61'],
    ...['--chdir=/shared/attempts/a-1'],
    ...['--output=/shared/attempts/a-1/slurm.out'],
    ...['/shared/attempts/a-1/job', '/shared/attempts/a-1', '3600', '1000'],
    'SLURM_JWT',
  ]);
});

it('asks for no more time than the partition gives, unless somebody says so', () => {
  const short = { ...input, timeLimitSeconds: 60 };
  expect(sbatchArguments(short)).toContain('--time=1');
  expect(sbatchArguments({ ...short, options: { time: '2-00' } })).toContain(
    '--time=2-00',
  );
});

it('keeps each option one word, and comments plain', () => {
  const words = sbatchArguments({
    ...input,
    spec: { ...input.spec, stage: `$(id)'"; \n` },
    options: { account: '--wrap=id; x', qos: 'a b', constraint: '[a|b]' },
  });
  expect(words).toEqual(
    expect.arrayContaining([
      ...['--account=--wrap=id; x', '--qos=a b', '--constraint=[a|b]'],
      '--comment=modelpipeline:default/x __id____ _',
    ]),
  );
});
