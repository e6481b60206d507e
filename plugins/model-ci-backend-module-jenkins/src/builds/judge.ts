import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { Build } from '../client/schemas';
import type { ConsoleFacts } from '../console/ConsoleFacts';

export type KillReason = 'cancelled' | 'timeout' | 'log-limit';

const NOTE = /^model-ci: (cancelled|timeout|log-limit)$/m;

export function noteOf(reason: KillReason): string {
  return `model-ci: ${reason}`;
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
        reason: facts.failure ?? 'It could not be started',
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
    return lost(`Jenkins was restarted and could not go on: ${resumed}`);
  }
  const agent = find(
    /Cannot contact|was (?:deleted|removed)|offline|Connection was|lost|disconnected|wrapper script|missing workspace/i,
  );
  if (agent) {
    return lost(`Jenkins lost the agent: ${agent}`);
  }
  if (find(/^Aborted by /i)) {
    return { type: 'killed', reason: 'cancelled' };
  }
  const restarted = find(/Resuming build|after Jenkins restart/i);
  return lost(
    restarted
      ? `Jenkins was restarted and ended the build as ${result}`
      : `Jenkins ended the build as ${result} before the stage had ended`,
  );
}

function lost(reason: string): Outcome {
  return { type: 'lost', reason };
}
