import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import type { JobOptions } from '../jobOptions';
import { jobName } from './Job';

/** Slurm counts minutes; its limit comes after that of the batch script, so that this one is what ends an attempt. */
const GRACE_SECONDS = 60;

export interface SbatchInput {
  spec: Pick<
    AttemptSpec,
    | 'attemptId'
    | 'pipelineRef'
    | 'stage'
    | 'resources'
    | 'timeoutSeconds'
    | 'maxLogBytes'
  >;
  partition: string;
  /** Of the partition; none where it is unlimited or unknown. */
  timeLimitSeconds?: number;
  options: JobOptions;
  /** As the machines of the cluster see it. */
  folder: string;
  /** Names of the variables that Slurm's commands have. */
  commandVariables: readonly string[];
}

/** Of those the ones that a stage gets, too; others may be secret, such as SLURM_JWT. */
const OF_STAGES = ['PATH', 'LD_LIBRARY_PATH', 'SLURM_CONF'];

/** What sbatch is called with. Each word is one argument, whatever is in it. */
export function sbatchArguments(input: SbatchInput): string[] {
  const { spec, partition, options, folder, commandVariables } = input;
  const { cpus = 1, memoryBytes, gpus = 0 } = spec.resources;
  return [
    '--parsable',
    '--no-requeue',
    '--open-mode=append',
    '--export=ALL',
    `--job-name=${jobName(spec.attemptId)}`,
    `--comment=${plain(`${spec.pipelineRef} ${spec.stage}`)}`,
    `--partition=${partition}`,
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${Math.max(1, Math.ceil(cpus))}`,
    ...(memoryBytes === undefined
      ? []
      : [`--mem=${Math.ceil(memoryBytes / 1024)}K`]),
    ...(gpus > 0 ? [`--gres=gpu:${gpus}`] : []),
    `--time=${options.time ?? derivedMinutes(input)}`,
    ...(['account', 'qos', 'constraint'] as const).flatMap(key =>
      options[key] === undefined ? [] : [`--${key}=${options[key]}`],
    ),
    `--chdir=${folder}`,
    `--output=${folder}/slurm.out`,
    `${folder}/job`,
    folder,
    String(Math.ceil(spec.timeoutSeconds)),
    String(spec.maxLogBytes),
    ...commandVariables.filter(name => !OF_STAGES.includes(name)),
  ];
}

function derivedMinutes({ spec, timeLimitSeconds }: SbatchInput): number {
  const wanted = Math.ceil((spec.timeoutSeconds + GRACE_SECONDS) / 60);
  return timeLimitSeconds === undefined
    ? wanted
    : Math.min(wanted, Math.max(1, Math.floor(timeLimitSeconds / 60)));
}

/** For people who look with Slurm's tools; it goes through accounting databases and their scripts. */
function plain(text: string): string {
  return text.replace(/[^\w ./:@+-]/g, '_').slice(0, 200);
}
