import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The load, and where it runs. */
export interface LoadOptions {
  /** Everything that the test writes on this machine lies below it. */
  folder: string;
  postgres?: { connection: string; schema: string };
  docker: boolean;
  kubernetes?: { kubeconfig: string; namespace: string };
  slurm?: { root: string; directory: string };
  bucket?: {
    name: string;
    endpoint: string;
    /** As pods reach the same server. */
    transferEndpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Where containers reach what `Machine` serves. */
  machine?: { transfers: string; ledger: string };
}

/** What one backend of it is started with. */
export interface BackendOptions extends LoadOptions {
  /** Of the pipeline. */
  definition: string;
  /** So many runs of it are always under way. */
  runsUnderWay: number;
}

/** What a backend reports to whoever will kill it. */
export type BackendMessage =
  | { type: 'up'; port: number }
  | { type: 'started'; runId: string };

const LINES = 300;
const LINES_AT_ONCE = 15;
/** More than comes with a log, so that it is transferred on its own. */
const DATA_LINES = 10_000;

export interface Stage {
  name: string;
  executor: 'process' | 'docker' | 'kubernetes' | 'slurm';
  image?: string;
  /** The stages whose artifacts it reads. */
  needs: readonly string[];
  /** Between two bursts of lines; where a machine loses power, stages should still run. */
  pauseSeconds: number;
}

/** Each executor that is there has a stage, between two processes. */
export function stagesOf(options: LoadOptions): Stage[] {
  const needs = ['first'];
  const middle: Stage[] = [
    { name: 'second', executor: 'process', needs, pauseSeconds: 0.05 },
  ];
  if (options.docker) {
    const image = 'busybox';
    middle.push({
      ...{ name: 'container', executor: 'docker', image },
      ...{ needs, pauseSeconds: 0.05 },
    });
  }
  if (options.kubernetes) {
    const image = 'localhost/busybox:1';
    middle.push({
      ...{ name: 'pod', executor: 'kubernetes', image },
      ...{ needs, pauseSeconds: 0.2 },
    });
  }
  if (options.slurm) {
    middle.push({ name: 'job', executor: 'slurm', needs, pauseSeconds: 0.2 });
  }
  return [
    { name: 'first', executor: 'process', needs: [], pauseSeconds: 0.05 },
    ...middle,
    {
      ...{ name: 'last', executor: 'process', pauseSeconds: 0.05 },
      needs: ['first', ...middle.map(({ name }) => name)],
    },
  ];
}

/** Where each stage leaves a line whenever its command is started. */
export function startsFolder(folder: string): string {
  return join(folder, 'starts');
}

/** A pipeline that counts: numbered lines in bursts, files for those that come after, a metric. */
export function pipeline(options: LoadOptions): string {
  const stages = stagesOf(options).map(
    stage => `  ${stage.name}:
    executor: ${stage.executor}
${stage.image ? `    image: ${stage.image}\n` : ''}    needs: [${stage.needs}]
    resources: { cpus: ${stage.executor === 'slurm' ? 1 : 0.1}, memory: 128Mi }
    retry: { platform: 10 }
    artifacts: { words: ${stage.name}.txt, data: ${stage.name}.data }
    reports: { metrics: ${stage.name}.json }
    run: |
${script(stage, options)
  .map(line => `      ${line}`)
  .join('\n')}
`,
  );
  return `version: 1\nstages:\n${stages.join('')}`;
}

function script(stage: Stage, options: LoadOptions): string[] {
  const { name, needs, image, pauseSeconds } = stage;
  const self = '$MODEL_CI_RUN_ID-$MODEL_CI_STAGE';
  return [
    image
      ? `wget -q -O /dev/null ${options.machine?.ledger}/${self} || exit 90`
      : `echo start >> '${startsFolder(options.folder)}'/${self}`,
    ...needs.map(need => `cat ${need}.txt`),
    ...needs.map(need => `sha256sum ${need}.data`),
    'i=1',
    `while [ $i -le ${LINES} ]; do`,
    '  echo "$MODEL_CI_RUN_ID $MODEL_CI_STAGE line $i"',
    `  [ $((i % ${LINES_AT_ONCE})) -ne 0 ] || sleep ${pauseSeconds}`,
    '  i=$((i + 1))',
    'done',
    `echo "$MODEL_CI_RUN_ID $MODEL_CI_STAGE was here" > ${name}.txt`,
    `seq 1 ${DATA_LINES} | sed "s/^/$MODEL_CI_RUN_ID $MODEL_CI_STAGE /" > ${name}.data`,
    `echo '{"lines": ${LINES}}' > ${name}.json`,
  ];
}

/** The log that a stage has to have, byte by byte. */
export function expectedLog(runId: string, { name, needs }: Stage): string {
  const lines = Array.from(
    { length: LINES },
    (_, index) => `${runId} ${name} line ${index + 1}\n`,
  );
  return [
    ...needs.map(need => `${runId} ${need} was here\n`),
    ...needs.map(need => `${sha256(dataOf(runId, need))}  ${need}.data\n`),
    ...lines,
  ].join('');
}

/** What each artifact of a stage has to hold, by its name. */
export function expectedArtifacts(
  runId: string,
  { name }: Stage,
): Record<string, string> {
  return { words: `${runId} ${name} was here\n`, data: dataOf(runId, name) };
}

function dataOf(runId: string, name: string): string {
  const lines = Array.from(
    { length: DATA_LINES },
    (_, index) => `${runId} ${name} ${index + 1}\n`,
  );
  return lines.join('');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
