import type {
  ServiceHost,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Masks } from '../masking/Masks';

/** A secret that begins before what is shown of a log has to be seen whole to be masked: more than any part of it that is looked for. */
const BEFORE_TAIL = 4096;

/** A host whose words about a service have no secrets of that service in them. */
export function maskedHost(host: ServiceHost, masks: Masks): ServiceHost {
  const masked = async <T>(said: Promise<T>): Promise<T> => {
    try {
      return await said;
    } catch (error) {
      // Its name and kind stay: by them it is told what to do about it
      if (error instanceof Error) {
        error.message = masks.text(error.message);
      }
      throw error;
    }
  };
  return {
    ...(host.scales !== undefined && { scales: host.scales }),
    start: spec => masked(host.start(spec)),
    inspect: async handle =>
      maskState(await masked(host.inspect(handle)), masks),
    tailLog: async (handle, maxBytes) => {
      const log = await masked(host.tailLog(handle, maxBytes + BEFORE_TAIL));
      const shown = Buffer.from(masks.text(log));
      return shown
        .subarray(Math.max(0, shown.length - maxBytes))
        .toString('utf8');
    },
    stop: handle => masked(host.stop(handle)),
    ...(host.route && { route: handle => host.route!(handle) }),
    ...(host.withdraw && {
      withdraw: service => masked(host.withdraw!(service)),
    }),
  };
}

function maskState(state: ServiceState, masks: Masks): ServiceState {
  switch (state.type) {
    case 'pending':
      return { ...state, reason: masks.said(state.reason) };
    case 'unknown':
      return { ...state, reason: masks.text(state.reason) };
    case 'exited':
      return {
        ...state,
        ...(state.reason !== undefined && {
          reason: masks.said(state.reason),
        }),
      };
    default:
      return {
        ...state,
        ...(state.notice && { notice: masks.reason(state.notice) }),
        ...(state.replicas?.trouble !== undefined && {
          replicas: {
            ...state.replicas,
            trouble: masks.said(state.replicas.trouble),
          },
        }),
      };
  }
}
