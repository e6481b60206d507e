import type { RequestHandler, Response } from 'express';
import type { TokenAction } from '@model-ci/backstage-plugin-model-ci-common';
import { takeSlot } from '../limits/takeSlot';
import type { RouteContext } from './context';
import { LIMITED } from './limitRequests';
import type { Machine, MachineAccess } from './MachineAccess';

interface LetIn extends Pick<RouteContext, 'slots'> {
  machines: Pick<MachineAccess, 'authenticate'>;
}

/**
 * Lets a machine in by its token, and has it have so many requests under way as a user. Goes before what reads a body, so
 * that nobody without a token makes the backend hold one.
 */
export function letMachineIn(
  { machines, slots }: LetIn,
  action: TokenAction,
): RequestHandler {
  return async (req, res) => {
    const machine = await machines.authenticate(req, action);
    const holder = `token:${machine.tokenId}`;
    takeSlot(slots.requests, holder, res, LIMITED.requests);
    res.locals.machine = machine;
    return 'next';
  };
}

/** The machine that was let in. */
export function machineOf(res: Response): Machine {
  return res.locals.machine;
}
