import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';
import { fillPath, type Vault, type VaultSubject } from './Vault';

/** More than any secret of HashiCorp Vault may have. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

export interface KeyValueVaultOptions {
  url: string;
  /** Where the engine is mounted. */
  mount: string;
  /** Below the mount, with `{namespace}` and `{name}` of the pipeline. */
  path: string;
  token?: string;
  /** Read at each call, since an agent renews it. */
  tokenFile?: string;
  namespace?: string;
  ca?: string;
  timeoutMs: number;
}

const answerSchema = z.object({
  data: z.object({ data: z.record(z.string(), z.unknown()).nullable() }),
});

interface Answer {
  status: number;
  body: string;
}

/** The KV engine, version 2, of HashiCorp Vault and OpenBao: one of its secrets for each pipeline, with a key for each of ours. */
export class KeyValueVault implements Vault {
  constructor(
    readonly name: string,
    private readonly options: KeyValueVaultOptions,
  ) {}

  placeOf(subject: VaultSubject): string {
    const { mount, path } = this.options;
    return `${mount}/${fillPath(path, subject)}`;
  }

  async read(
    subject: VaultSubject,
    names: string[],
  ): Promise<Map<string, string>> {
    const { mount, path } = this.options;
    const { status, body } = await this.get(
      `/v1/${mount}/data/${fillPath(path, subject)}`,
    );
    // A secret that was deleted answers 404, too, with its metadata
    if (status === 404) {
      return new Map();
    }
    if (status !== 200) {
      throw new Error(
        `it answered ${status}${
          status === 403 ? ': its token may not read there' : ''
        }`,
      );
    }
    const { data } = answerSchema.parse(parse(body)).data;
    return new Map(
      names.flatMap(name => {
        const value =
          data && Object.hasOwn(data, name) ? data[name] : undefined;
        return typeof value === 'string' ? [[name, value] as const] : [];
      }),
    );
  }

  private async get(path: string): Promise<Answer> {
    const { url, namespace, ca, timeoutMs } = this.options;
    const token = await this.readToken();
    const address = new URL(url.replace(/\/+$/, '') + path);
    const client = address.protocol === 'https:' ? https : http;
    return await new Promise((resolve, reject) => {
      const request = client.get(
        address,
        {
          headers: {
            'X-Vault-Token': token,
            'X-Vault-Request': 'true',
            ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }),
          },
          ...(ca !== undefined && { ca }),
          signal: AbortSignal.timeout(timeoutMs),
        },
        response => {
          readBody(response).then(
            body => resolve({ status: response.statusCode ?? 0, body }),
            reject,
          );
        },
      );
      request.on('error', reject);
    });
  }

  private async readToken(): Promise<string> {
    const { token, tokenFile } = this.options;
    return tokenFile === undefined
      ? token ?? ''
      : (await readFile(tokenFile, 'utf8')).trim();
  }
}

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new Error(`it answered more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Without the words of the parser, which quote what they could not read. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('it answered what is no JSON');
  }
}
