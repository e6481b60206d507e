import { ConflictError, InputError } from '@backstage/errors';
import {
  jobName,
  parseSacct,
  parseSqueue,
  SACCT_FORMAT,
  SQUEUE_FORMAT,
  type Job,
} from '../jobs/Job';
import { environmentScript } from '../jobs/batchScript';
import { CommandError } from './CommandError';
import { kindOfRefusal } from './refusals';
import type { Answer, Runner } from './Runner';

/**
 * Of the environment only what finds commands: variables such as SQUEUE_FORMAT and SBATCH_EXPORT change what they do. What
 * app-config sets may be secret, so it comes on the input, and stands in no list of processes.
 */
const CLEAN = `exec env -i PATH="$PATH" HOME="$HOME" sh -c 'eval "$(cat)"; exec env "$@"' model-ci "$@"`;

/** Times are read as UTC. */
const TIMES = ['TZ=UTC0', 'SLURM_TIME_FORMAT=standard'];

/**
 * Submits once: `FOLDER ANSWER_COMMAND…`, and answers with the plan. Whoever comes second, after a lost answer or at the same time,
 * finds `submitting`, and has to look whether there is a job.
 */
const SUBMIT = `cd "$1" 2> /dev/null || exit 3
shift
if [ ! -e submitted ]; then
  if ! mkdir submitting 2> /dev/null; then
    [ -n "$(find submitting -maxdepth 0 -mmin +1)" ] && exit 5
    exit 4
  fi
  "$@" > answer || exit 6
  mv answer submitted
fi
exec cat plan
`;

const NO_FOLDER = 3;
const BEING_SUBMITTED = 4;
const LEFT_SUBMITTING = 5;
const REFUSED = 6;

/** Notes what was found out by looking. */
const NOTE_SUBMITTED = 'cd "$1" && : >> submitted && cat plan';
const SUBMIT_AGAIN = 'cd "$1" && { rmdir submitting 2> /dev/null || :; }';

/** For as long as `submitting` has to be left alone, and somewhat longer. */
const LOOK_AGAIN_MS = 5_000;
const MOST_LOOKS = 15;

/** How far back accounting is looked through for a job of an attempt: as long as signed transfers live. */
const LOOK_BACK = 'now-30days';

/** Slurm's commands on one cluster. */
export class Slurm {
  private uid?: Promise<string>;

  constructor(
    private readonly runner: Runner,
    private readonly environment: Record<string, string>,
    private readonly pause = (ms: number) =>
      new Promise<void>(resolve => setTimeout(resolve, ms)),
  ) {}

  /** Submits the job of an attempt, unless that was done before; answers with the plan in its folder. */
  async submit(
    attempt: { attemptId: string; folder: string },
    sbatch: string[],
  ): Promise<string> {
    for (let looks = 1; ; looks++) {
      const plan = await this.trySubmit(attempt, sbatch);
      if (plan !== undefined) {
        return plan;
      }
      if (looks === MOST_LOOKS) {
        throw new ConflictError(
          `Attempt ${attempt.attemptId} is being submitted by another backend, or its sbatch was not answered; ask again to find its job`,
        );
      }
      await this.pause(LOOK_AGAIN_MS);
    }
  }

  /** Undefined where somebody else submits it, or has left it half done: that is to be tried again. */
  private async trySubmit(
    attempt: { attemptId: string; folder: string },
    sbatch: string[],
  ): Promise<string | undefined> {
    const { attemptId, folder } = attempt;
    const answer = await this.runner.run(
      [
        ...['sh', '-c', SUBMIT, 'model-ci', folder],
        ...clean(['sbatch', ...sbatch]),
      ],
      { input: this.variables(), what: `sbatch ${jobName(attemptId)}` },
    );
    switch (answer.code) {
      case 0:
        return answer.stdout.toString();
      case NO_FOLDER:
        throw new ConflictError(`Folder ${folder} of the attempt is gone`);
      case BEING_SUBMITTED:
      case LEFT_SUBMITTING:
        return await this.findSubmitted(attempt, answer.code);
      case REFUSED:
        return await this.actOnRefusal(attempt, answer);
      default:
        throw new CommandError(['sbatch', jobName(attemptId)], answer);
    }
  }

  /** Jobs of ours in the queue, those included that ended a short time ago. */
  async queue(attemptId?: string): Promise<Job[]> {
    const { stdout } = await this.ask([
      ...TIMES,
      ...['squeue', '--noheader', '--states=all', '-o', SQUEUE_FORMAT],
      ...['-u', await this.user()],
      ...(attemptId === undefined ? [] : [`--name=${jobName(attemptId)}`]),
    ]);
    return parseSqueue(stdout.toString());
  }

  /** What accounting knows of jobs of these attempts; undefined where the cluster has none. */
  async accounting(attemptIds: string[]): Promise<Job[] | undefined> {
    const words = [
      ...['sacct', '--noheader', '--parsable2', '-X', '-D'],
      ...['-u', await this.user(), '-S', LOOK_BACK],
      ...['-o', SACCT_FORMAT, `--name=${attemptIds.map(jobName).join(',')}`],
    ];
    const answer = await this.runClean([...TIMES, ...words]);
    if (/accounting storage is disabled/i.test(answer.stderr)) {
      return undefined;
    }
    if (answer.code !== 0) {
      throw new CommandError(['sacct'], answer);
    }
    return parseSacct(answer.stdout.toString());
  }

  /** Ends whatever job an attempt has; harmless where there is none. */
  async cancel(attemptId: string): Promise<void> {
    await this.ask([
      'scancel',
      `--user=${await this.user()}`,
      `--name=${jobName(attemptId)}`,
    ]);
  }

  async partitions(format: string): Promise<string> {
    const { stdout } = await this.ask(['sinfo', '--noheader', '-o', format]);
    return stdout.toString();
  }

  /** Whether the cluster knows a job of an attempt, also one that has ended. */
  private async knows(attemptId: string): Promise<boolean> {
    return (
      (await this.queue(attemptId)).length > 0 ||
      ((await this.accounting([attemptId])) ?? []).length > 0
    );
  }

  private async findSubmitted(
    { attemptId, folder }: { attemptId: string; folder: string },
    code: typeof BEING_SUBMITTED | typeof LEFT_SUBMITTING,
  ): Promise<string | undefined> {
    if (await this.knows(attemptId)) {
      const { stdout } = await this.askScript(NOTE_SUBMITTED, [folder]);
      return stdout.toString();
    }
    if (code === LEFT_SUBMITTING) {
      await this.askScript(SUBMIT_AGAIN, [folder]);
    }
    return undefined;
  }

  /** What did not reach the controller is tried again; what it refused for good is the stage's fault. */
  private async actOnRefusal(
    { attemptId, folder }: { attemptId: string; folder: string },
    answer: Answer,
  ): Promise<string> {
    const said = answer.stderr.replaceAll('sbatch: error: ', '').trim();
    const kind = kindOfRefusal(said);
    if (kind !== 'doubtful') {
      await this.askScript(SUBMIT_AGAIN, [folder]);
    }
    if (kind === 'final') {
      throw new InputError(`Slurm refuses the job: ${said}`);
    }
    throw new CommandError(['sbatch', jobName(attemptId)], answer);
  }

  private async user(): Promise<string> {
    this.uid ??= this.runner.run(['id', '-u']).then(answer => {
      const uid = answer.stdout.toString().trim();
      if (answer.code !== 0 || !/^\d+$/.test(uid)) {
        throw new CommandError(['id', '-u'], answer);
      }
      return uid;
    });
    this.uid.catch(() => {
      this.uid = undefined;
    });
    return await this.uid;
  }

  private async ask(words: string[]): Promise<Answer> {
    const answer = await this.runClean(words);
    if (answer.code !== 0) {
      throw new CommandError(
        words.filter(word => !TIMES.includes(word)),
        answer,
      );
    }
    return answer;
  }

  private async runClean(words: string[]): Promise<Answer> {
    const what = words.filter(word => !TIMES.includes(word)).join(' ');
    const input = this.variables();
    return await this.runner.run(clean(words), { input, what });
  }

  private variables(): string {
    return environmentScript(this.environment);
  }

  private async askScript(script: string, args: string[]): Promise<Answer> {
    const answer = await this.script(script, args);
    if (answer.code !== 0) {
      throw new CommandError(['Noting a submission'], answer);
    }
    return answer;
  }

  private async script(script: string, args: string[]): Promise<Answer> {
    return await this.runner.run(['sh', '-c', script, 'model-ci', ...args]);
  }
}

function clean(words: string[]): string[] {
  return ['sh', '-c', CLEAN, 'model-ci', ...words];
}
