import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';

/** What an executor's answer means for the attempt; `failure` is what its results say against it. */
export function judgeOutcome(
  outcome: Outcome,
  stage: StageDefinition,
  limits: { maxLogBytes: number },
  failure?: string,
): AttemptEnd {
  switch (outcome.type) {
    case 'exited':
      return judgeExit(outcome, failure);
    case 'killed':
      return { outcome, ...judgeKill(outcome.reason, stage, limits) };
    case 'lost':
      return { outcome, status: 'errored', reason: outcome.reason };
    default:
      return outcome satisfies never;
  }
}

function judgeExit(
  outcome: Extract<Outcome, { type: 'exited' }>,
  failure: string | undefined,
): AttemptEnd {
  if (outcome.exitCode === 0) {
    return failure === undefined
      ? { outcome, status: 'succeeded' }
      : { outcome, status: 'failed', reason: failure };
  }
  const exit = describeExit(outcome.exitCode);
  return {
    outcome,
    status: 'failed',
    reason: failure === undefined ? exit : `${exit}\n${failure}`,
  };
}

const EXIT_CODES: Record<number, string | undefined> = {
  126: 'a file could not be executed. Make it executable (chmod +x), and check the interpreter in its first line.',
  127: 'a command was not found. Check its name, and install it in the image or in an earlier command.',
  137: "a process was killed (SIGKILL), usually for want of memory. Use less memory, or raise the stage's resources.memory.",
  139: 'a process crashed (SIGSEGV). Check its native libraries: they may be broken, or built for another version.',
};

/** What an exit code says, and what to do about those that shells give a meaning to. */
export function describeExit(exitCode: number): string {
  const meaning = EXIT_CODES[exitCode];
  const exit = `The command ended with exit code ${exitCode}`;
  return meaning === undefined ? `${exit}.` : `${exit}: ${meaning}`;
}

function judgeKill(
  reason: Extract<Outcome, { type: 'killed' }>['reason'],
  stage: StageDefinition,
  limits: { maxLogBytes: number },
): AttemptEnd {
  switch (reason) {
    case 'timeout':
      return {
        status: 'failed',
        reason: `It ran longer than its timeout of ${stage.timeoutSeconds} seconds; raise the stage's timeout if it needs more.`,
      };
    case 'out-of-memory':
      return {
        status: 'failed',
        reason: `It ran out of memory${
          stage.resources.memoryBytes === undefined
            ? ''
            : ` at its limit of ${stage.resources.memoryBytes} bytes`
        }; raise the stage's resources.memory if it needs more.`,
      };
    case 'log-limit':
      return {
        status: 'failed',
        reason: `It wrote more than ${limits.maxLogBytes} bytes of log; write less, or raise modelCi.engine.maxLogBytes.`,
      };
    case 'cancelled':
      return { status: 'cancelled', reason: 'It was cancelled while it ran.' };
    case 'preempted':
      return {
        status: 'errored',
        reason: 'Its node took the resources back before it ended.',
      };
    default:
      return reason satisfies never;
  }
}
