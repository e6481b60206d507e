import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import { TicketLostError } from '../database/operations/ticket';
import { describeError } from '../describeError';
import type { SecretGiver, SecretValues } from '../secrets/SecretGiver';
import type { AttemptLease } from './AttemptLease';
import type { LoadedAttempt } from './loadAttempt';

export type EngineSecrets = Pick<SecretGiver, 'giveToAttempt' | 'recall'>;

export type GivenToAttempt =
  | { type: 'given'; values: SecretValues }
  | { type: 'ended'; end: AttemptEnd };

/** The secrets that the stage asks for. A vault that does not answer is asked again, and is the platform's failure in the end. */
export async function giveSecrets(options: {
  secrets: EngineSecrets | undefined;
  lease: AttemptLease;
  loaded: LoadedAttempt;
  /** How often something is tried again before it is given up. */
  retries: number;
  /** How it ends where it need not be started any more, if that is so by now. */
  endBeforeStart(): AttemptEnd | undefined;
}): Promise<GivenToAttempt> {
  const { secrets, lease, loaded, retries } = options;
  const { attempt, stage, executor, pipelineRef } = loaded;
  if (stage.secrets.length === 0) {
    return { type: 'given', values: {} };
  }
  if (stage.imageBuild && !executor.buildsWithSecrets) {
    const { name } = executor;
    return failed(reason('secret.buildTakesNone', { executor: name }));
  }
  if (!executor.takesSecrets) {
    const { name } = executor;
    return failed(reason('secret.executorTakesNone', { executor: name }));
  }
  if (!secrets) {
    return failed(reason('secret.noKey'));
  }
  for (let failures = 0; ; ) {
    try {
      const given = await secrets.giveToAttempt({
        holderId: attempt.id,
        ticket: lease.ticket,
        runId: attempt.run_id,
        pipelineRef,
        names: stage.secrets,
      });
      return given.type === 'refused' ? failed(given.reason) : given;
    } catch (error) {
      lease.signal.throwIfAborted();
      if (error instanceof TicketLostError) {
        throw error;
      }
      const unneeded = options.endBeforeStart();
      if (unneeded) {
        return { type: 'ended', end: unneeded };
      }
      failures++;
      if (failures > retries) {
        return {
          type: 'ended',
          end: {
            status: 'errored',
            reason: reason('attempt.notStarted', {
              error: describeError(error),
            }),
          },
        };
      }
      await lease.pauseAfter(failures, 'given its secrets', error);
    }
  }
}

function failed(why: Reason): GivenToAttempt {
  return { type: 'ended', end: { status: 'failed', reason: why } };
}
