/** What never reached a controller that could have made a job of it. */
const NOT_REACHED =
  /unable to contact slurm controller|connection refused|unable to resolve|temporarily unable to accept|Slurm backup controller in standby|unable to open file|command not found|No such file or directory/i;

/** Limits that others' jobs, or our own, fill at present. */
const FULL = /MaxSubmitJob|GrpSubmitJob|submit limit|job count|too many/i;

/** What the same job will be answered with whenever it is submitted. */
const FINAL =
  /node configuration is not available|invalid|not permitted|not available in this partition|more processors requested|requested partition configuration|memory specification|policy|not allowed|denied|unrecognized option|requires|exceeds|illegal|no partition/i;

/** What follows from what sbatch says against itself: `doubtful` where there may be a job nevertheless. */
export function kindOfRefusal(
  said: string,
): 'final' | 'not-reached' | 'doubtful' {
  if (NOT_REACHED.test(said) || FULL.test(said)) {
    return 'not-reached';
  }
  return FINAL.test(said) ? 'final' : 'doubtful';
}
