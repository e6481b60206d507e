import { InputError, NotFoundError } from '@backstage/errors';
import {
  quoted,
  reason,
  type Reason,
  toStorableText,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  Handle,
  ServiceHost,
  ServiceReplicas,
  ServiceRoute,
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type {
  DeploymentRow,
  ReplicaColumns,
} from '../database/tables/deployments';
import { describeError } from '../describeError';
import type { DeploymentContext } from './context';
import { withinTime } from '../withinTime';

/** Milliseconds that a host may take to answer a question. */
const ANSWER_LIMIT = 15_000;

const handleSchema = z.record(z.string(), z.json());

/** Reads a stored handle. */
export function parseHandle(text: string): Handle {
  return handleSchema.parse(JSON.parse(text));
}

/** The host that keeps a deployment's service, if this backend has it. */
export function findServiceHost(
  ctx: DeploymentContext,
  row: Pick<DeploymentRow, 'executor'>,
): ServiceHost | undefined {
  return ctx.executors.get(row.executor)?.services;
}

/** How requests get to a service, where that is not its URL. */
export async function routeTo(
  ctx: DeploymentContext,
  row: Pick<DeploymentRow, 'executor' | 'handle'>,
): Promise<ServiceRoute | undefined> {
  const host = findServiceHost(ctx, row);
  return host?.route && row.handle !== null
    ? await withinTime(host.route(parseHandle(row.handle)), ANSWER_LIMIT)
    : undefined;
}

/** Why `findServiceHost` found none. */
export function missingHost(executor: string): Reason {
  return reason('deployment.noServices', { executor });
}

/** Whether an executor refused a start because of what was asked of it, so that asking again is no use. */
export function isRefusal(error: unknown): boolean {
  return InputError.is(error) || NotFoundError.is(error);
}

export type RunningState = Extract<ServiceState, { type: 'running' }>;

/** That a service cannot be asked for its state. */
type UnknownState = { type: 'unknown'; reason: Reason };

/** The state of a service; a host that cannot be asked is an unknown state. */
export async function inspectService(
  host: ServiceHost,
  handle: Handle,
): Promise<ServiceState | UnknownState> {
  try {
    return (
      (await withinTime(host.inspect(handle), ANSWER_LIMIT)) ?? {
        type: 'unknown',
        reason: reason('deployment.noState', {
          limit: { seconds: ANSWER_LIMIT / 1000 },
        }),
      }
    );
  } catch (error) {
    return { type: 'unknown', reason: quoted(describeError(error)) };
  }
}

/** The end of a service's log as the database can keep it, or undefined if it cannot be read now. */
export async function readLogEnd(
  host: ServiceHost,
  handle: Handle,
  maxBytes: number,
): Promise<string | undefined> {
  try {
    const text = await withinTime(host.tailLog(handle, maxBytes), ANSWER_LIMIT);
    return text === undefined ? undefined : toStorableText(text, maxBytes);
  } catch {
    return undefined;
  }
}

/** Why a service is not as its definition wants it; undefined where all of its replicas are ready. */
export function missingReplicas(
  replicas: ServiceReplicas | undefined,
): Reason | undefined {
  if (!replicas || replicas.ready >= replicas.wanted) {
    return undefined;
  }
  const { ready, wanted, trouble } = replicas;
  return trouble === undefined
    ? reason('deployment.replicasMissing', { ready, wanted })
    : reason('deployment.replicasMissingBecause', { ready, wanted, trouble });
}

/** What is kept of a look at a service that its host keeps alive by itself. Its restarts add up, also over several looks. */
export function replicaColumns(
  row: Pick<DeploymentRow, 'restarts' | 'seen_restarts'>,
  replicas: ServiceReplicas | undefined,
): ReplicaColumns {
  const seen = replicas?.restarts ?? 0;
  return {
    replicas_ready: replicas?.ready ?? null,
    replicas_wanted: replicas?.wanted ?? null,
    restarts: row.restarts + Math.max(0, seen - row.seen_restarts),
    seen_restarts: seen,
  };
}

/** How a service ended. */
export function describeExit(
  { exitCode, reason: why }: Extract<ServiceState, { type: 'exited' }>,
  { wasHealthy }: { wasHealthy: boolean },
): Reason {
  const code = wasHealthy
    ? 'deployment.exited'
    : 'deployment.exitedBeforeHealthy';
  if (exitCode === undefined) {
    return why ? reason(`${code}Because`, { reason: why }) : reason(code);
  }
  return why
    ? reason(`${code}WithCodeBecause`, { exitCode, reason: why })
    : reason(`${code}WithCode`, { exitCode });
}
