import {
  type IncomingMessage,
  type ServerResponse,
  validateHeaderValue,
} from 'node:http';
import { toCallerHeaders } from './answerHeaders';
import type { EndpointTarget } from './EndpointDirectory';
import { basePath } from './openUpstream';
import type { ServiceRequest } from './serviceRequest';

/** Writes status and headers of a service's answer; throws for those that HTTP does not have. */
export function copyHead(
  answer: IncomingMessage,
  res: ServerResponse,
  options: {
    target: EndpointTarget;
    request: ServiceRequest;
    portalOrigin: string;
    answerHeaders: readonly string[];
  },
): void {
  const { target, request } = options;
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 599) {
    throw new Error(`it answered with status ${status}`);
  }
  const headers = toCallerHeaders(answer.headers, {
    status,
    version: target.version,
    allowed: options.answerHeaders,
    serviceOrigin: new URL(target.route?.url ?? target.url).origin,
    base: basePath(target),
    servicePath: request.path,
    portalOrigin: options.portalOrigin,
    prefix: request.prefix,
  });
  const known = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  // All before any: an error that is answered instead must carry none of them.
  known.forEach(([name, value]) => validateHeaderValue(name, value));
  known.forEach(([name, value]) => res.setHeader(name, value));
  res.statusCode = status;
}
