import { Agent, fetch, type Response } from 'undici';
import { isError } from '@backstage/errors';
import { refusalOf } from './ApiError';
import type { Access, Credentials } from './connect';

export type Fetch = typeof fetch;

export interface ApiCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the server's address. */
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

/** A call that takes longer is given up, and may be made again. */
const CALL_MS = 30_000;

/** Calls of one API server, over connections that are used again. */
export class Api {
  private agent?: { key: string; agent: Agent };

  constructor(
    readonly cluster: string,
    private readonly credentials: Credentials,
    private readonly options: { fetch?: Fetch } = {},
  ) {}

  async access(): Promise<Access> {
    return await this.credentials.access();
  }

  /** What is answered as JSON. `ApiError` where the server refuses; any other error where it does not answer. */
  async call(call: ApiCall): Promise<unknown> {
    const limit = AbortSignal.timeout(CALL_MS);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    const response = await this.send({ ...call, signal });
    return await response.json();
  }

  /** An answer that is no JSON, as it comes. */
  async *bytes(call: ApiCall): AsyncGenerator<Uint8Array, void> {
    const response = await this.send(call);
    yield* response.body ?? [];
  }

  /** The lines of an answer that goes on, until it ends or the signal aborts. */
  async *lines(call: ApiCall): AsyncGenerator<string, void> {
    const response = await this.send(call);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split(
        '\n',
      );
      rest = parts.pop() ?? '';
      yield* parts.filter(line => line !== '');
    }
  }

  async close(): Promise<void> {
    await this.agent?.agent.destroy();
  }

  private async send(call: ApiCall): Promise<Response> {
    const { server, headers, tls } = await this.access();
    const url = new URL(`${server}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) {
        url.searchParams.set(name, value);
      }
    }
    let response: Response;
    try {
      response = await (this.options.fetch ?? fetch)(url, {
        method: call.method,
        headers: {
          ...headers,
          Accept: 'application/json',
          ...(call.body !== undefined && {
            'Content-Type': 'application/json',
          }),
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        redirect: 'error',
        dispatcher: this.dispatcherFor(tls),
        ...(call.signal && { signal: call.signal }),
      });
    } catch (error) {
      call.signal?.throwIfAborted();
      throw new Error(
        `Kubernetes cluster '${
          this.cluster
        }' does not answer at ${server}: ${describe(error)}`,
        { cause: error },
      );
    }
    if (!response.ok) {
      const text = await response.text().catch(() => '');
      throw refusalOf(this.cluster, call, { status: response.status, text });
    }
    return response;
  }

  private dispatcherFor(tls: Access['tls']): Agent {
    const key = JSON.stringify(Object.values(tls).map(String));
    if (this.agent?.key !== key) {
      // Calls that go on keep the one before
      void this.agent?.agent.close();
      this.agent = {
        key,
        // A watch is silent for as long as nothing happens; who reads it has a clock of its own
        agent: new Agent({ bodyTimeout: 0, connect: { ...tls } as object }),
      };
    }
    return this.agent.agent;
  }
}

/** `fetch failed` says nothing; its cause does. */
function describe(error: unknown): string {
  const cause = isError(error) && isError(error.cause) ? error.cause : error;
  return isError(cause) ? cause.message : String(cause);
}
