import { stringifyEntityRef } from '@backstage/catalog-model';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import type { Request, RequestHandler, Response } from 'express';
import type { EndpointTargetRow } from '../database/operations/deployments/resolveEndpoint';
import type { EndpointDirectory, EndpointKey } from './EndpointDirectory';
import { forwardRequest } from './forwardRequest';
import { sendError } from './sendError';

export interface EndpointProxyOptions {
  directory: EndpointDirectory;
  /** Names of the configured environments, whether they are available or not. */
  environments: readonly string[];
  logger: LoggerService;
  /** Milliseconds until a service must answer, and between parts of its answer. */
  requestTimeout: number;
  maxRequestBytes: number;
  now: () => number;
  /** Told of a deployment whose service could not be reached. */
  onUnreachable?(deploymentId: string): void;
}

/**
 * Passes requests on to whatever version serves a pipeline in an environment.
 *
 * Mount it under `/endpoints/:environment/:namespace/:name`, by `use` or by a route that ends in `/*`, behind
 * the check of the caller's permission and before anything that reads request bodies.
 */
export function createEndpointProxy(
  options: EndpointProxyOptions,
): RequestHandler {
  return (req, res, next) => {
    proxy(req, res, options).catch(next);
  };
}

async function proxy(
  req: Request,
  res: Response,
  options: EndpointProxyOptions,
): Promise<void> {
  const { environment, namespace, name } = req.params;
  const key: EndpointKey = {
    environment,
    pipelineRef: stringifyEntityRef({
      kind: MODEL_PIPELINE_KIND,
      namespace,
      name,
    }),
  };
  if (climbs(req.originalUrl)) {
    sendError(req, res, {
      status: 400,
      name: 'InputError',
      message: `The path of an endpoint must not contain '..'; write where it leads`,
    });
    return;
  }
  if (Number(req.headers['content-length'] ?? 0) > options.maxRequestBytes) {
    sendTooLarge(req, res, options);
    return;
  }
  const path = servicePath(req);
  const prefix = removeEnd(withoutQuery(req.originalUrl), withoutQuery(path));

  for (const isRetry of [false, true]) {
    const target = await options.directory.resolve(key);
    const url = target && findUrl(target);
    if (!target || !url) {
      sendNothingServes(req, res, {
        key,
        target,
        environments: options.environments,
        now: options.now(),
      });
      return;
    }
    const endRequest = options.directory.beginRequest(target.id);
    try {
      const result = await forwardRequest(req, res, {
        url,
        path,
        prefix,
        version: target.version,
        timeout: options.requestTimeout,
        maxBytes: options.maxRequestBytes,
        mayRepeat: !isRetry,
      });
      if (result.type === 'done') {
        return;
      }
      if (result.type === 'too-large') {
        sendTooLarge(req, res, options);
        return;
      }
      if (result.type === 'timeout') {
        sendError(req, res, {
          status: 504,
          name: 'GatewayTimeoutError',
          message: `Version ${target.version} did not answer within ${
            options.requestTimeout / 1000
          } s; see the log of deployment ${target.id}`,
        });
        return;
      }
      // Somebody else may have taken the endpoint over while this process still knew the one before.
      options.directory.invalidate(key);
      if (!result.mayRepeat) {
        options.logger.debug(
          `The service of deployment ${target.id} could not be reached: ${result.message}`,
        );
        options.onUnreachable?.(target.id);
        sendError(req, res, {
          status: 502,
          name: 'BadGatewayError',
          message: `Version ${target.version} could not be reached or broke off; if it crashed it is restarted, so try again in a few seconds, and see the log of deployment ${target.id}`,
        });
        return;
      }
    } finally {
      endRequest();
    }
  }
}

function findUrl(target: EndpointTargetRow): string | undefined {
  return target.health === 'restarting' ? undefined : target.url ?? undefined;
}

/** The part of the request's URL that is the service's own, as it was sent. */
function servicePath(req: Request): string {
  const isRoute = req.params[0] !== undefined;
  const rest = isRoute
    ? req.url.replace(/^\/endpoints\/[^/?]+\/[^/?]+\/[^/?]+/, '')
    : req.url;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Services and proxies take encoded dots and slashes for plain ones, each in its own way. */
function climbs(url: string): boolean {
  return withoutQuery(url)
    .replace(/%2e/gi, '.')
    .split(/[/\\]|%2f|%5c/i)
    .includes('..');
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0];
}

function removeEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}

function sendNothingServes(
  req: Request,
  res: Response,
  options: {
    key: EndpointKey;
    target: EndpointTargetRow | undefined;
    environments: readonly string[];
    now: number;
  },
): void {
  const { key, target, environments } = options;
  if (!target && !environments.includes(key.environment)) {
    sendError(req, res, {
      status: 404,
      name: 'NotFoundError',
      message: `There is no environment '${key.environment}'; ${
        environments.length > 0
          ? `there are: ${environments.join(', ')}`
          : 'add one to modelCi.environments'
      }`,
    });
    return;
  }
  if (!target) {
    sendError(req, res, {
      status: 503,
      name: 'ServiceUnavailableError',
      message: `No version of ${key.pipelineRef} serves in ${key.environment}; deploy one`,
    });
    return;
  }
  const restartAt = target.next_restart_at
    ? Date.parse(target.next_restart_at)
    : options.now;
  const seconds = Math.max(1, Math.ceil((restartAt - options.now) / 1000));
  sendError(req, res, {
    status: 503,
    name: 'ServiceUnavailableError',
    message: `Version ${target.version} of ${key.pipelineRef} in ${
      key.environment
    } is being restarted${
      target.reason ? ` (${target.reason})` : ''
    }; try again in ${seconds} s, or roll back to an earlier version`,
    retryAfterSeconds: seconds,
  });
}

function sendTooLarge(
  req: Request,
  res: Response,
  options: { maxRequestBytes: number },
): void {
  sendError(req, res, {
    status: 413,
    name: 'PayloadTooLargeError',
    message: `A request to an endpoint may have ${options.maxRequestBytes} bytes; send less at once, or raise modelCi.deployments.maxRequestBytes`,
    close: true,
  });
}
