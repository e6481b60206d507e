import { InputError } from '@backstage/errors';
import { z } from 'zod';
import {
  describeIssue,
  describeUnknown,
  quote,
  type RequestPart,
} from './describeIssue';
import { queryOf } from './queryOf';

/** The part of Express' request that is read here. */
export interface ReadableRequest {
  method: string;
  url: string;
  params: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  body?: unknown;
}

const MAX_ERRORS = 10;
const NOTHING = z.strictObject({});

/**
 * Reads what a route is called with. What it does not name is refused, so that a misspelt filter does not answer
 * everything: without `query` there are no parameters, and without `body` the body of a POST or PUT is empty.
 */
export function readRequest<P = unknown, Q = unknown, B = unknown>(
  req: ReadableRequest,
  parts: { path?: z.ZodType<P>; query?: z.ZodType<Q>; body?: z.ZodType<B> },
): { path: P; query: Q; body: B } {
  return {
    path: parseInput<unknown>(
      parts.path ?? z.unknown(),
      req.params,
      'path',
    ) as P,
    query: readQuery<unknown>(req, parts.query ?? NOTHING) as Q,
    body: readBody(req, parts.body) as B,
  };
}

/** Reads the parameters of the URL alone, for routes whose body is no JSON. */
export function readQuery<T>(req: ReadableRequest, schema: z.ZodType<T>): T {
  return parseInput(schema, Object.fromEntries(queryOf(req.url)), 'query');
}

function readBody(req: ReadableRequest, schema?: z.ZodType): unknown {
  if (!schema && ['GET', 'HEAD', 'DELETE'].includes(req.method)) {
    return undefined;
  }
  const { headers } = req;
  const isThere =
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0;
  if (
    isThere &&
    !/^application\/json\s*(;|$)/i.test(String(headers['content-type']))
  ) {
    throw new InputError(
      "Invalid headers: 'Content-Type': must be application/json, as the body is",
    );
  }
  return parseInput(schema ?? NOTHING, req.body ?? {}, 'body');
}

/** Parses what came in a request; an error is an `InputError` that names the fields and what would be right. */
export function parseInput<T>(
  schema: z.ZodType<T>,
  value: unknown,
  part: RequestPart,
): T {
  const result = schema.safeParse(value, {
    error: issue => describeIssue(part, issue),
  });
  const errors = result.success
    ? []
    : result.error.issues.flatMap(issue => describeIssues(issue, schema, part));
  // The schema library may pass over this one.
  if (isObject(value) && Object.hasOwn(value, '__proto__')) {
    errors.push(unknown('__proto__', schema, part));
  }
  const shown = [...new Set(errors)];
  if (!result.success || shown.length > 0) {
    const rest = shown.length - MAX_ERRORS;
    throw new InputError(
      `Invalid ${part}: ${shown.slice(0, MAX_ERRORS).join('; ')}${
        rest > 0 ? `; and ${rest} more` : ''
      }`,
    );
  }
  return result.data;
}

function describeIssues(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  part: RequestPart,
): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => unknown(key, schema, part));
  }
  // Lists come as one parameter, whichever of their entries is wrong.
  const path = part === 'body' ? issue.path : issue.path.slice(0, 1);
  return [
    path.length > 0
      ? `${quote(path.map(String).join('.'))}: ${issue.message}`
      : issue.message,
  ];
}

function unknown(key: string, schema: z.ZodType, part: RequestPart): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return `${quote(key)}: ${describeUnknown(part, known)}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
