import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  InputError,
  NotAllowedError,
} from '@backstage/errors';
import { z } from 'zod';
import { endpointInvokePermission } from '@model-ci/backstage-plugin-model-ci-common';
import { parseInput } from '@model-ci/backstage-plugin-model-ci-node';
import {
  type EndpointUpgrade,
  respondTo,
} from '../../deployments/endpoint/createEndpointUpgrade';
import type { Refusal } from '../../deployments/endpoint/refusals';
import { sendError } from '../../deployments/endpoint/sendError';
import { tooManyAtOnce, type Limited } from '../../limits/takeSlot';
import { TooManyRequestsError } from '../../limits/TooManyRequestsError';
import type { Slots } from '../../limits/Slots';
import type { Access } from '../Access';
import {
  environmentSchema,
  pipelinePathShape,
  toPipelineRef,
} from '../validation';
import type { UpgradeHandler } from './handleUpgrades';
import { readProtocols } from './readProtocols';

const endpointPath = z.object({
  environment: environmentSchema,
  ...pipelinePathShape,
});

const NAMED: Limited = {
  what: 'open.webSockets',
  key: 'modelCi.limits.user.webSockets',
};

export interface EndpointUpgradesOptions {
  /** Where the plugin is mounted, such as `/api/model-ci`. */
  baseUrl: string;
  access: Pick<Access, 'authenticateUpgrade' | 'demandOnly' | 'nameOf'>;
  logger: LoggerService;
  upgrade: EndpointUpgrade;
  slots: Slots;
}

/** WebSockets to `/endpoints/:environment/:namespace/:name/…`, with the same permission as requests there. */
export function createEndpointUpgrades(
  options: EndpointUpgradesOptions,
): UpgradeHandler {
  const start = `${options.baseUrl}/endpoints/`;
  return {
    wants: req =>
      req.headers.upgrade?.toLowerCase() === 'websocket' &&
      (req.url ?? '').startsWith(start),
    handle(req, socket, head) {
      open(req, socket, head, options).catch(error => {
        options.logger.debug(`A WebSocket was not opened: ${error}`);
        sendError(req, respondTo(req, socket), toRefusal(error));
      });
    },
  };
}

async function open(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { baseUrl, access, upgrade, slots }: EndpointUpgradesOptions,
): Promise<void> {
  const { params, path, prefix } = splitUrl(req.url ?? '', baseUrl);
  const endpoint = parseInput(endpointPath, params, 'path');
  const pipelineRef = toPipelineRef(endpoint);
  const { token, protocols, ownProtocol } = readProtocols(
    req.headers['sec-websocket-protocol'],
  );
  const credentials = await access.authenticateUpgrade(req, token);
  await access.demandOnly(credentials, pipelineRef, endpointInvokePermission);
  const giveBack = slots.take(access.nameOf(credentials));
  if (!giveBack) {
    throw new TooManyRequestsError(tooManyAtOnce(NAMED, slots.limit), 1);
  }
  try {
    await upgrade({
      req,
      socket,
      head,
      key: { environment: endpoint.environment, pipelineRef },
      path,
      prefix,
      protocols,
      ownProtocol,
    });
  } finally {
    giveBack();
  }
}

function splitUrl(url: string, baseUrl: string) {
  const found =
    /^(\/endpoints\/([^/?]*)\/([^/?]*)\/([^/?]*))(.*)$/s.exec(
      url.slice(baseUrl.length),
    ) ?? [];
  const [, own = '', environment = '', namespace = '', name = '', rest = ''] =
    found;
  return {
    params: { environment, namespace, name },
    path: rest.startsWith('/') ? rest : `/${rest}`,
    prefix: `${baseUrl}${own}`,
  };
}

function toRefusal(error: unknown): Refusal {
  if (InputError.is(error)) {
    return { status: 400, name: 'InputError', message: error.message };
  }
  if (AuthenticationError.is(error)) {
    return { status: 401, name: 'AuthenticationError', message: error.message };
  }
  if (NotAllowedError.is(error)) {
    return { status: 403, name: 'NotAllowedError', message: error.message };
  }
  if (error instanceof TooManyRequestsError) {
    const { name, message, retryAfterSeconds } = error;
    return { status: error.statusCode, name, message, retryAfterSeconds };
  }
  return {
    status: 500,
    name: 'Error',
    message:
      'The WebSocket could not be opened; the log of the backend says why',
  };
}
