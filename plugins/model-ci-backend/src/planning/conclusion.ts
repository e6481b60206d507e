import {
  reason,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';

/** How an instance of a stage ended. */
export interface EndedInstance {
  key: string;
  status: Status;
  reason?: Reason;
}

export interface StageEnd {
  status: Extract<Status, 'succeeded' | 'failed' | 'errored' | 'cancelled'>;
  reason?: Reason;
}

/** How a stage ends whose instances must all succeed. The user's failures weigh more than the platform's. */
export function endOfInstances(instances: EndedInstance[]): StageEnd {
  for (const status of ['cancelled', 'failed', 'errored'] as const) {
    const culprits = instances.filter(instance => instance.status === status);
    if (culprits.length > 0) {
      return { status, reason: explain(status, culprits) };
    }
  }
  return { status: 'succeeded' };
}

/** As many as a line has room for. */
const SHOWN = 3;

function explain(
  status: 'cancelled' | 'failed' | 'errored',
  culprits: EndedInstance[],
): Reason {
  const [first] = culprits;
  const why = first.reason ?? reason('stage.instanceEnded');
  if (status === 'cancelled') {
    return why;
  }
  const instances = culprits.slice(0, SHOWN).map(({ key }) => key);
  const code =
    status === 'failed' ? 'stage.instancesFailed' : 'stage.instancesErrored';
  return reason(code, {
    count: culprits.length,
    instances,
    first: first.key,
    reason: why,
  });
}
