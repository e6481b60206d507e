import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import type { Request } from 'express';
import {
  reason,
  type TokenAction,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { WindowLimiter } from '@model-ci/backstage-plugin-model-ci-node';
import { TooManyRequestsError } from '../limits/TooManyRequestsError';
import type { MachineGrant, TokenService } from '../tokens/TokenService';
import { withReason } from '../withReason';

/** A machine that asks, and the user in whose name it does. */
export interface Machine extends MachineGrant {
  credentials: BackstageCredentials;
}

export interface MachineAccessOptions {
  tokens: Pick<TokenService, 'authenticate'>;
  /** Of wrong tokens, by address. */
  failures: WindowLimiter;
  /** Credentials of a user who is not there; see `asUser` of model-ci-node. */
  asUser(userRef: string): Promise<BackstageCredentials>;
}

/** Lets machines in by their tokens, which Backstage does not know. */
export class MachineAccess {
  constructor(private readonly options: MachineAccessOptions) {}

  /**
   * The machine behind a request, if its token is for an action. The token is taken out of the request first of all: nothing
   * after this can log it, and the auditor takes no offence at credentials that Backstage does not know.
   */
  async authenticate(req: Request, action: TokenAction): Promise<Machine> {
    const token = takeBearer(req);
    if (token === undefined) {
      throw withReason(AuthenticationError, reason('error.tokenMissing'));
    }
    const grant = await this.options.tokens.authenticate(token);
    if (!grant) {
      const seconds = this.options.failures.count(req.ip ?? '');
      throw seconds > 0
        ? new TooManyRequestsError(reason('error.tokenFailures'), seconds)
        : withReason(AuthenticationError, reason('error.tokenInvalid'));
    }
    if (!grant.actions.includes(action)) {
      const { tokenName } = grant;
      throw withReason(
        NotAllowedError,
        reason('error.tokenAction', { token: tokenName, action }),
      );
    }
    return {
      ...grant,
      credentials: await this.options.asUser(grant.user),
    };
  }

  /** Refuses a machine whose token is not for a pipeline. */
  demandPipeline(machine: Machine, pipelineRef: string): void {
    if (!machine.pipelineRefs.includes(pipelineRef)) {
      throw withReason(
        NotAllowedError,
        reason('error.tokenPipeline', {
          token: machine.tokenName,
          pipeline: pipelineRef,
        }),
      );
    }
  }
}

function takeBearer(req: Request): string | undefined {
  const [, token] =
    /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '') ?? [];
  delete req.headers.authorization;
  req.rawHeaders.length = 0;
  return token;
}
