import { stringifyEntityRef } from '@backstage/catalog-model';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import type { Request, RequestHandler, Response } from 'express';
import type { EndpointKey, EndpointTarget } from './EndpointDirectory';
import { type Forwarding, forwardRequest } from './forwardRequest';
import {
  invalidAnswer,
  noAnswerInTime,
  notReached,
  pathClimbs,
  type Refusal,
  tooLarge,
} from './refusals';
import { resolveTarget, type TargetOptions } from './resolveTarget';
import { sendError } from './sendError';
import {
  climbs,
  fromExpressRequest,
  type ServiceRequest,
} from './serviceRequest';

export interface EndpointOptions extends TargetOptions {
  logger: LoggerService;
  maxRequestBytes: number;
  /** Milliseconds that a WebSocket may be silent. */
  webSocketSilence: number;
  /** Names of headers, beside the usual ones, that services see, and that they may answer. */
  requestHeaders: readonly string[];
  answerHeaders: readonly string[];
  /** Called with a deployment whose service could not be reached. */
  onUnreachable?(deploymentId: string): void;
}

/**
 * Passes requests on to whatever version serves a pipeline in an environment.
 *
 * Mount it under `/endpoints/:environment/:namespace/:name`, by `use` or by a route that ends in `/*`, behind
 * the check of the caller's permission and before anything that reads request bodies.
 */
export function createEndpointProxy(options: EndpointOptions): RequestHandler {
  return (req, res, next) => {
    proxy(req, res, options).catch(next);
  };
}

async function proxy(
  req: Request,
  res: Response,
  options: EndpointOptions,
): Promise<void> {
  const refusal =
    refuseAtOnce(req, options) ?? (await answer(req, res, options));
  if (refusal) {
    sendError(req, res, refusal);
  }
}

function refuseAtOnce(
  req: Request,
  { maxRequestBytes }: EndpointOptions,
): Refusal | undefined {
  if (climbs(req.originalUrl)) {
    return pathClimbs();
  }
  return Number(req.headers['content-length'] ?? 0) > maxRequestBytes
    ? tooLarge(maxRequestBytes)
    : undefined;
}

/** Asks the service, and once more where it moved meanwhile; answers a refusal if that did not help. */
async function answer(
  req: Request,
  res: Response,
  options: EndpointOptions,
): Promise<Refusal | undefined> {
  const key = toEndpointKey(req.params);
  const asked = fromExpressRequest(req);
  for (const mayRepeat of [true, false]) {
    const resolved = await resolveTarget(key, options);
    if (resolved.type === 'refused') {
      return resolved.refusal;
    }
    const { target } = resolved;
    const result = await forward(req, res, options, {
      target,
      request: asked,
      mayRepeat,
    });
    if (result.type !== 'unreachable' || !result.mayRepeat) {
      return toRefusal(result, { key, target, options });
    }
    // Somebody else may have taken the endpoint over while this process still knew the one before.
    options.directory.invalidate(key);
  }
  return undefined;
}

async function forward(
  req: Request,
  res: Response,
  options: EndpointOptions,
  what: { target: EndpointTarget; request: ServiceRequest; mayRepeat: boolean },
): Promise<Forwarding> {
  const endRequest = options.directory.beginRequest(what.target.id);
  try {
    return await forwardRequest(req, res, {
      ...what,
      portalOrigin: `${req.protocol}://${req.get('host')}`,
      requestHeaders: options.requestHeaders,
      answerHeaders: options.answerHeaders,
      maxBytes: options.maxRequestBytes,
    });
  } finally {
    endRequest();
  }
}

/** What to tell the caller of a request that came to nothing; also has the deployment looked at. */
export function toRefusal(
  result: Forwarding,
  context: {
    key: EndpointKey;
    target: EndpointTarget;
    options: Pick<
      EndpointOptions,
      'directory' | 'logger' | 'maxRequestBytes' | 'onUnreachable'
    >;
  },
): Refusal | undefined {
  const { key, target, options } = context;
  switch (result.type) {
    case 'done':
      return undefined;
    case 'too-large':
      return tooLarge(options.maxRequestBytes);
    case 'timeout':
      return noAnswerInTime(target);
    case 'invalid':
      options.logger.debug(
        `The service of deployment ${target.id} answered no valid HTTP: ${result.message}`,
      );
      return invalidAnswer(target);
    default:
      options.logger.debug(
        `The service of deployment ${target.id} could not be reached: ${result.message}`,
      );
      options.directory.invalidate(key);
      options.onUnreachable?.(target.id);
      return notReached(target);
  }
}

export function toEndpointKey(params: { [name: string]: string }): EndpointKey {
  const { environment, namespace, name } = params;
  return {
    environment,
    pipelineRef: stringifyEntityRef({
      kind: MODEL_PIPELINE_KIND,
      namespace,
      name,
    }),
  };
}
