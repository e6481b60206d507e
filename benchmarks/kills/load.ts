import { join } from 'node:path';

/** What one backend of the kill test is started with. */
export interface LoadOptions {
  /** Everything that the test writes lies below it. */
  folder: string;
  postgres?: { connection: string; schema: string };
  docker: boolean;
}

/** What a backend tells whoever will kill it. */
export type BackendMessage =
  | { type: 'up' }
  | { type: 'started'; runId: string }
  /** Every run has ended, and everything was cleaned up. */
  | { type: 'idle' };

const LINES = 300;
const LINES_AT_ONCE = 15;
/** Each of these stages also says what the others in brackets have left it. */
const STAGES = {
  first: [],
  second: ['first'],
  third: ['first'],
  last: ['first', 'second', 'third'],
} as const;

export type StageName = keyof typeof STAGES;

export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

/** Where each process stage leaves a line whenever it is started. */
export function startsFolder(folder: string): string {
  return join(folder, 'starts');
}

export function runsInDocker(stage: StageName, docker: boolean): boolean {
  return docker && stage === 'third';
}

/** A pipeline that counts: numbered lines in bursts, a file for those that come after, a metric. */
export function pipeline({ folder, docker }: LoadOptions): string {
  const stages = STAGE_NAMES.map(stage => {
    const inDocker = runsInDocker(stage, docker);
    const place = inDocker
      ? 'executor: docker\n    image: busybox'
      : 'executor: process';
    return `  ${stage}:
    ${place}
    needs: [${STAGES[stage].join(', ')}]
    artifacts: { words: ${stage}.txt }
    reports: { metrics: ${stage}.json }
    run: |
${script(stage, inDocker ? undefined : startsFolder(folder))
  .map(line => `      ${line}`)
  .join('\n')}
`;
  });
  return `version: 1\nstages:\n${stages.join('')}`;
}

function script(stage: StageName, starts: string | undefined): string[] {
  return [
    ...(starts
      ? [`echo start >> '${starts}'/$MODEL_CI_RUN_ID-$MODEL_CI_STAGE`]
      : []),
    ...STAGES[stage].map(need => `cat ${need}.txt`),
    'i=1',
    `while [ $i -le ${LINES} ]; do`,
    '  echo "$MODEL_CI_RUN_ID $MODEL_CI_STAGE line $i"',
    `  [ $((i % ${LINES_AT_ONCE})) -ne 0 ] || sleep 0.05`,
    '  i=$((i + 1))',
    'done',
    `echo "$MODEL_CI_RUN_ID $MODEL_CI_STAGE was here" > ${stage}.txt`,
    `echo '{"lines": ${LINES}}' > ${stage}.json`,
  ];
}

/** The log that a stage has to have, byte by byte. */
export function expectedLog(runId: string, stage: StageName): string {
  const words = STAGES[stage].map(need => `${runId} ${need} was here\n`);
  const lines = Array.from(
    { length: LINES },
    (_, index) => `${runId} ${stage} line ${index + 1}\n`,
  );
  return [...words, ...lines].join('');
}
