import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { Build } from '../client/schemas';
import type { ConsoleFacts } from '../console/ConsoleFacts';

export type KillReason = 'cancelled' | 'timeout' | 'log-limit';

const NOTE = /^model-ci: (cancelled|timeout|log-limit)$/m;

export function noteOf(kill: KillReason): string {
  return `model-ci: ${kill}`;
}

/** Why the portal killed it, from the build's description, which outlives the backend. */
export function noteIn(
  build: Pick<Build, 'description'>,
): KillReason | undefined {
  const word = NOTE.exec(build.description ?? '')?.[1];
  return word === 'cancelled' || word === 'timeout' || word === 'log-limit'
    ? word
    : undefined;
}

/** How an attempt ended whose build has ended. The portal's own kills come before whatever is seen of them. */
export function judge(
  build: Pick<Build, 'description' | 'result'>,
  facts: Pick<ConsoleFacts, 'end' | 'failure' | 'words' | 'startedAt'>,
): Outcome {
  const noted = noteIn(build);
  if (noted) {
    return { type: 'killed', reason: noted };
  }
  const { end } = facts;
  switch (end?.type) {
    case 'exited':
    case 'killed':
      return end;
    case 'failed':
      return {
        type: 'lost',
        reason: facts.failure ?? reason('jenkins.lostStart'),
      };
    case 'terminated':
    case undefined:
      return explain(build.result ?? 'unknown', facts.words);
    default:
      return end satisfies never;
  }
}

/** Jenkins ended the build, and the runner did not: in the words of the console. */
function explain(result: string, words: string[]): Outcome {
  const find = (pattern: RegExp) => words.findLast(word => pattern.test(word));
  const resumed = find(/could not be resumed/i);
  if (resumed) {
    return lost(reason('jenkins.lostResume', { words: resumed }));
  }
  const agent = find(
    /Cannot contact|was (?:deleted|removed)|offline|Connection was|lost|disconnected|wrapper script|missing workspace/i,
  );
  if (agent) {
    return lost(reason('jenkins.lostAgent', { words: agent }));
  }
  if (find(/^Aborted by /i)) {
    return { type: 'killed', reason: 'cancelled' };
  }
  const restarted = find(/Resuming build|after Jenkins restart/i);
  return lost(
    restarted
      ? reason('jenkins.lostRestart', { result })
      : reason('jenkins.lostEnd', { result }),
  );
}

function lost(why: Reason): Outcome {
  return { type: 'lost', reason: why };
}
