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
  ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { DeploymentRow } from '../database/tables/deployments';
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

/** Why `findServiceHost` found none. */
export function missingHost(executor: string): Reason {
  return reason('deployment.noServices', { executor });
}

/** Whether an executor refused a start because of what was asked of it, so that asking again is no use. */
export function isRefusal(error: unknown): boolean {
  return InputError.is(error) || NotFoundError.is(error);
}

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
