import { parseReason } from '@model-ci/backstage-plugin-model-ci-common';
import type { EndpointKey, EndpointTarget } from './EndpointDirectory';

/** Why a request to an endpoint was not answered by the model. */
export interface Refusal {
  status: number;
  name: string;
  message: string;
  retryAfterSeconds?: number;
  /** Ends the connection, where the rest of the request is not going to be read. */
  close?: boolean;
}

export function pathClimbs(): Refusal {
  return {
    status: 400,
    name: 'InputError',
    message: `The path of an endpoint must not contain '..'; write where it leads`,
  };
}

export function noSuchEnvironment(
  name: string,
  known: readonly string[],
): Refusal {
  const remedy =
    known.length > 0
      ? `there are: ${known.join(', ')}`
      : 'add one to modelCi.environments';
  return {
    status: 404,
    name: 'NotFoundError',
    message: `There is no environment '${name}'; ${remedy}`,
  };
}

export function nothingServes({
  pipelineRef,
  environment,
}: EndpointKey): Refusal {
  return {
    status: 503,
    name: 'ServiceUnavailableError',
    message: `No version of ${pipelineRef} serves in ${environment}; deploy one`,
  };
}

export function isRestarting(
  { pipelineRef, environment }: EndpointKey,
  target: { version: number; reason: string | null; seconds: number },
): Refusal {
  const { version, reason, seconds } = target;
  const because = reason ? ` (${parseReason(reason).text})` : '';
  return {
    status: 503,
    name: 'ServiceUnavailableError',
    message: `Version ${version} of ${pipelineRef} in ${environment} is being restarted${because}; try again in ${seconds} s, or roll back to an earlier version`,
    retryAfterSeconds: seconds,
  };
}

export function tooLarge(maxBytes: number): Refusal {
  return {
    status: 413,
    name: 'PayloadTooLargeError',
    message: `A request to an endpoint may have ${maxBytes} bytes; send less at once, or raise modelCi.deployments.maxRequestBytes`,
    close: true,
  };
}

export function noAnswerInTime(target: EndpointTarget): Refusal {
  return {
    status: 504,
    name: 'GatewayTimeoutError',
    message: `Version ${target.version} did not answer within ${
      target.timeouts.firstByte / 1000
    } s; if that is its usual time, raise serving.timeouts.firstByte in model-pipeline.yaml; see the log of deployment ${
      target.id
    }`,
    close: true,
  };
}

export function notReached(target: EndpointTarget): Refusal {
  return {
    status: 502,
    name: 'BadGatewayError',
    message: `Version ${target.version} could not be reached or broke off; if it crashed it is restarted, so try again in a few seconds, and see the log of deployment ${target.id}`,
    close: true,
  };
}

export function invalidAnswer(target: EndpointTarget): Refusal {
  return {
    status: 502,
    name: 'BadGatewayError',
    message: `Version ${target.version} answered something that is no valid HTTP; see the log of deployment ${target.id}`,
    close: true,
  };
}
