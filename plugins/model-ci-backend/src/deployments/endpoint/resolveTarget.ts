import type { ServiceRoute } from '@model-ci/backstage-plugin-model-ci-node';
import type { EndpointTargetRow } from '../../database/operations/deployments/resolveEndpoint';
import type {
  EndpointDirectory,
  EndpointKey,
  EndpointTarget,
  EndpointTimeouts,
} from './EndpointDirectory';
import {
  isRestarting,
  notReached,
  noSuchEnvironment,
  nothingServes,
  type Refusal,
} from './refusals';

export interface TargetOptions {
  directory: EndpointDirectory;
  /** Names of the configured environments, whether they are available or not. */
  environments: readonly string[];
  /** Times of services whose definition names none. */
  timeouts: EndpointTimeouts;
  /** Milliseconds that no definition can exceed. */
  maxTimeout: number;
  /** How requests get to a service, where that is not its URL. */
  routeTo?(
    row: Pick<EndpointTargetRow, 'executor' | 'handle'>,
  ): Promise<ServiceRoute | undefined>;
  now: () => number;
}

export type ResolvedTarget =
  | { type: 'target'; target: EndpointTarget }
  | { type: 'refused'; refusal: Refusal };

/** Which service answers at an endpoint now, or why there is none. */
export async function resolveTarget(
  key: EndpointKey,
  options: TargetOptions,
): Promise<ResolvedTarget> {
  const row = await options.directory.resolve(key);
  if (row && row.url !== null && row.health !== 'restarting') {
    const target = toTarget(row, row.url, options);
    try {
      const route = await options.routeTo?.(row);
      return { type: 'target', target: { ...target, ...(route && { route }) } };
    } catch {
      // Its credentials cannot be read just now, say
      return { type: 'refused', refusal: notReached(target) };
    }
  }
  return { type: 'refused', refusal: refusalOf(key, row, options) };
}

function toTarget(
  row: EndpointTargetRow,
  url: string,
  { timeouts, maxTimeout }: TargetOptions,
): EndpointTarget {
  return {
    id: row.id,
    version: row.version,
    url,
    timeouts: {
      firstByte: Math.min(row.first_byte_ms ?? timeouts.firstByte, maxTimeout),
      silence: Math.min(row.silence_ms ?? timeouts.silence, maxTimeout),
    },
  };
}

function refusalOf(
  key: EndpointKey,
  row: EndpointTargetRow | undefined,
  options: TargetOptions,
): Refusal {
  if (!row) {
    return options.environments.includes(key.environment)
      ? nothingServes(key)
      : noSuchEnvironment(key.environment, options.environments);
  }
  const now = options.now();
  const restartAt = row.next_restart_at ? Date.parse(row.next_restart_at) : now;
  const seconds = Math.max(1, Math.ceil((restartAt - now) / 1000));
  return isRestarting(key, { ...row, seconds });
}
