import { InputError, ResponseError } from '@backstage/errors';
import type { JsonValue } from '@backstage/types';
import type { RequestOptions } from './types';

export interface ModelCiClientOptions {
  discoveryApi: { getBaseUrl(pluginId: 'model-ci'): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

export type QueryValue = string | number | undefined | Array<string | number>;

export interface HttpRequest extends RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, QueryValue>;
  body?: JsonValue | object;
  headers?: Record<string, string>;
}

/** Requests below the plugin's base URL. */
export class HttpTransport {
  readonly #options: ModelCiClientOptions;

  constructor(options: ModelCiClientOptions) {
    this.#options = options;
  }

  async get<T>(
    route: string,
    options?: RequestOptions,
    query?: Record<string, QueryValue>,
  ): Promise<T> {
    const response = await this.fetch(route, { ...options, query });
    return await response.json();
  }

  async send<T>(
    method: 'POST' | 'PUT',
    route: string,
    body: object,
    options?: RequestOptions,
  ): Promise<T> {
    const response = await this.fetch(route, { ...options, method, body });
    return await response.json();
  }

  /** Rejects with a `ResponseError` for every answer that is no success. */
  async fetch(route: string, request?: HttpRequest): Promise<Response> {
    const response = await this.fetchAny(route, request);
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }

  /** The answer, whatever its status. */
  async fetchAny(
    route: string,
    { query, method = 'GET', body, headers, ...options }: HttpRequest = {},
  ): Promise<Response> {
    const url = await this.url(route, query);
    return await this.#options.fetchApi.fetch(url, {
      method,
      signal: options.signal,
      headers: {
        ...headers,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(options.token && { Authorization: `Bearer ${options.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async url(
    route: string,
    query: Record<string, QueryValue> = {},
  ): Promise<string> {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const item of [value ?? []].flat()) {
        params.append(name, String(item));
      }
    }
    const base = await this.#options.discoveryApi.getBaseUrl('model-ci');
    const search = params.toString();
    return `${base}${route}${search && `?${search}`}`;
  }
}

/** A path whose values cannot leave their segment. */
export function path(
  strings: TemplateStringsArray,
  ...values: string[]
): string {
  return String.raw({ raw: strings }, ...values.map(toSegment));
}

function toSegment(value: string): string {
  // No encoding keeps these from being taken for folders.
  if (value === '' || value === '.' || value === '..') {
    throw new InputError(`'${value}' cannot be part of an address`);
  }
  return encodeURIComponent(value);
}
