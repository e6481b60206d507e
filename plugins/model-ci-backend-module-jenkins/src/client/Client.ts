import { Agent, fetch, type Response } from 'undici';
import { z } from 'zod';
import { JenkinsError, wordsOf } from './JenkinsError';

export interface Access {
  /** With the context path. */
  url: string;
  user: string;
  token?: string;
  password?: string;
  ca?: string;
}

/** What a POST was answered with. */
export interface Posted {
  status: number;
  location?: string;
}

const TIMEOUT_MS = 30_000;
/** Pages of a log may be long. */
const LOG_TIMEOUT_MS = 300_000;

const crumbSchema = z.object({
  crumb: z.string(),
  crumbRequestField: z.string(),
});

/**
 * Calls of Jenkins' remote API. With an API token a call needs nothing else; with a password every POST carries a crumb,
 * which belongs to a session. Credentials are in headers only, so no error and no address has them.
 */
export class Client {
  private readonly base: string;
  private readonly authorization: string;
  private readonly dispatcher: Agent;
  private crumb?: Record<string, string>;

  constructor(private readonly access: Access) {
    this.base = access.url.replace(/\/+$/, '');
    const secret = access.token ?? access.password ?? '';
    this.authorization = `Basic ${Buffer.from(
      `${access.user}:${secret}`,
    ).toString('base64')}`;
    this.dispatcher = new Agent(
      access.ca === undefined ? {} : { connect: { ca: access.ca } },
    );
  }

  /** Undefined where there is nothing. */
  async get<T>(
    path: string,
    schema: z.ZodType<T>,
    query: Record<string, string> = {},
  ): Promise<T | undefined> {
    const call = `GET ${path}`;
    const response = await this.send('GET', path, { query });
    const body = await response.text();
    if (response.status === 404) {
      return undefined;
    }
    if (response.status !== 200) {
      throw new JenkinsError(call, response.status, wordsOf(body));
    }
    return schema.parse(parseJson(call, body));
  }

  /** A page of text with its headers, whose body is not read yet; undefined where there is nothing. */
  async open(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    const response = await this.send('GET', path, {
      query,
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOG_TIMEOUT_MS)]),
    });
    if (response.status === 200) {
      return response;
    }
    const body = await response.text();
    if (response.status === 404) {
      return undefined;
    }
    throw new JenkinsError(`GET ${path}`, response.status, wordsOf(body));
  }

  /** Rejects with a `JenkinsError` for statuses from 400 on. */
  async post(
    path: string,
    content: { form?: Record<string, string>; xml?: string } = {},
    query: Record<string, string> = {},
  ): Promise<Posted> {
    const isSession = this.access.password !== undefined;
    for (let attempt = 0; ; attempt++) {
      const headers = isSession ? await this.crumbHeaders(attempt > 0) : {};
      const response = await this.send('POST', path, {
        query,
        headers: {
          ...headers,
          ...(content.xml !== undefined && {
            'Content-Type': 'application/xml',
          }),
        },
        body: content.xml ?? new URLSearchParams(content.form ?? {}),
      });
      const body = await response.text();
      // Sessions end, and a crumb ends with its session; nothing was done then
      if (isSession && response.status === 403 && attempt === 0) {
        continue;
      }
      if (response.status >= 400) {
        throw new JenkinsError(`POST ${path}`, response.status, wordsOf(body));
      }
      const location = response.headers.get('location');
      return { status: response.status, ...(location && { location }) };
    }
  }

  private async crumbHeaders(renew: boolean): Promise<Record<string, string>> {
    if (this.crumb && !renew) {
      return this.crumb;
    }
    const path = 'crumbIssuer/api/json';
    const response = await this.send('GET', path, {});
    const body = await response.text();
    if (response.status === 404) {
      // The controller asks for none
      this.crumb = {};
    } else if (response.status !== 200) {
      throw new JenkinsError(`GET ${path}`, response.status, wordsOf(body));
    } else {
      const found = crumbSchema.parse(parseJson(`GET ${path}`, body));
      this.crumb = {
        [found.crumbRequestField]: found.crumb,
        Cookie: response.headers
          .getSetCookie()
          .map(cookie => cookie.split(';')[0])
          .join('; '),
      };
    }
    return this.crumb;
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    options: {
      query?: Record<string, string>;
      headers?: Record<string, string>;
      body?: string | URLSearchParams;
      signal?: AbortSignal;
    },
  ): Promise<Response> {
    const search = new URLSearchParams(options.query ?? {}).toString();
    return await fetch(`${this.base}/${path}${search && `?${search}`}`, {
      method,
      headers: { Authorization: this.authorization, ...options.headers },
      ...(options.body !== undefined && { body: options.body }),
      // Where to is what it says, and nothing to follow with credentials
      redirect: 'manual',
      signal: options.signal ?? AbortSignal.timeout(TIMEOUT_MS),
      dispatcher: this.dispatcher,
    });
  }
}

function parseJson(call: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new JenkinsError(call, 200, `no JSON, but ${wordsOf(body)}`);
  }
}
