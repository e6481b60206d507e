import { randomUUID } from 'node:crypto';
import { ReadableStream } from 'node:stream/web';
import { ConfigReader } from '@backstage/config';
import { Response } from 'undici';
import type { Fetch } from '../cluster/Api';
import { readClusterConfigs, type ClusterConfig } from '../config';

interface Item {
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
  };
  status?: object;
  [rest: string]: unknown;
}

type Emit = (event: { type: string; object: Item }) => void;

/** An API server with nothing behind it: pods are what tests make of them. */
export class FakeApiServer {
  /** Words with which a quota refuses pods, while it does. */
  quota?: string;
  /** What was created and removed, in order, such as `DELETE pods model-ci-a by force`. */
  readonly writes: string[] = [];
  private readonly items = new Map<string, Item>();
  private readonly watches = new Set<Emit>();
  private version = 0;

  /** A cluster that this server is the API of. */
  config(rest: object = {}): ClusterConfig {
    const cluster = {
      ...{ name: 'c', server: 'https://c.example', token: 't' },
      ...rest,
    };
    const executors = { kubernetes: { clusters: [cluster] } };
    return readClusterConfigs(new ConfigReader({ modelCi: { executors } }))[0];
  }

  names(kind: string): string[] {
    return [...this.items.keys()].flatMap(key =>
      key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : [],
    );
  }

  pod(name: string): Item {
    const found = this.items.get(`pods/${name}`);
    if (!found) {
      throw new Error(`There is no pod ${name}`);
    }
    return found;
  }

  /** What the scheduler, the kubelet or the server makes of a pod. */
  change(
    name: string,
    changes: { metadata?: object; [rest: string]: unknown },
  ) {
    const before = this.pod(name);
    const resourceVersion = String(++this.version);
    const pod = {
      ...before,
      ...changes,
      metadata: { ...before.metadata, ...changes.metadata, resourceVersion },
    };
    this.items.set(`pods/${name}`, pod);
    this.emit('MODIFIED', pod);
  }

  /** A pod is gone. */
  drop(name: string): void {
    const pod = this.pod(name);
    this.items.delete(`pods/${name}`);
    this.emit('DELETED', pod);
  }

  readonly fetch: Fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const [kind = '', name] = url.pathname
      .replace(/^\/api\/v1\/namespaces\/[^/]+\//, '')
      .split('/');
    const method = init.method ?? 'GET';
    const body = init.body ? JSON.parse(String(init.body)) : {};
    switch (method) {
      case 'POST':
        return this.create(kind, body);
      case 'DELETE':
        return this.remove(kind, name, body);
      default:
        return url.searchParams.get('watch') === 'true'
          ? this.watch(init.signal ?? undefined)
          : this.read(kind, name, url.searchParams.get('labelSelector'));
    }
  };

  private create(kind: string, body: Item): Response {
    const { name } = body.metadata;
    this.writes.push(`POST ${kind} ${name}`);
    if (kind === 'pods' && this.quota !== undefined) {
      const message = `pods "${name}" is forbidden: ${this.quota}`;
      return refusal(403, 'Forbidden', message);
    }
    if (this.items.has(`${kind}/${name}`)) {
      return refusal(409, 'AlreadyExists', `${name} already exists`);
    }
    const resourceVersion = String(++this.version);
    const item = {
      ...body,
      metadata: { ...body.metadata, uid: randomUUID(), resourceVersion },
      ...(kind === 'pods' && { status: { phase: 'Pending' } }),
    };
    this.items.set(`${kind}/${name}`, item);
    if (kind === 'pods') {
      this.emit('ADDED', item);
    }
    return Response.json(item);
  }

  /** A pod stays until its node has ended it, unless it is forced or on none. */
  private remove(
    kind: string,
    name: string,
    { gracePeriodSeconds }: { gracePeriodSeconds?: number },
  ): Response {
    this.writes.push(
      `DELETE ${kind} ${name}${gracePeriodSeconds === 0 ? ' by force' : ''}`,
    );
    const item = this.items.get(`${kind}/${name}`);
    if (!item) {
      return refusal(404, 'NotFound', `${name} not found`);
    }
    const spec = item.spec as { nodeName?: string } | undefined;
    if (kind !== 'pods') {
      this.items.delete(`${kind}/${name}`);
    } else if (gracePeriodSeconds === 0 || spec?.nodeName === undefined) {
      this.drop(name);
    } else {
      const deletionTimestamp = new Date().toISOString();
      this.change(name, { metadata: { deletionTimestamp } });
    }
    return Response.json(item);
  }

  private read(
    kind: string,
    name: string | undefined,
    selector: string | null,
  ): Response {
    if (name !== undefined) {
      const item = this.items.get(`${kind}/${name}`);
      return item
        ? Response.json(item)
        : refusal(404, 'NotFound', `${name} not found`);
    }
    const items = [...this.items].flatMap(([key, item]) =>
      key.startsWith(`${kind}/`) && selects(selector, item) ? [item] : [],
    );
    const metadata = { resourceVersion: String(this.version) };
    return Response.json({ metadata, items });
  }

  private watch(signal?: AbortSignal): Response {
    let emit: Emit = () => {};
    const lines = new ReadableStream({
      start: controller => {
        emit = event =>
          controller.enqueue(Buffer.from(`${JSON.stringify(event)}\n`));
        this.watches.add(emit);
        signal?.addEventListener('abort', () => {
          this.watches.delete(emit);
          controller.error(new Error('aborted'));
        });
      },
    });
    return new Response(lines);
  }

  private emit(type: string, object: Item): void {
    this.watches.forEach(emit => emit({ type, object }));
  }
}

function selects(selector: string | null, { metadata }: Item): boolean {
  return (selector ?? '').split(',').every(term => {
    const [name, value] = term.split('=');
    return (
      name === '' ||
      (value === undefined
        ? metadata.labels?.[name] !== undefined
        : metadata.labels?.[name] === value)
    );
  });
}

function refusal(status: number, reason: string, message: string): Response {
  return Response.json({ reason, message }, { status });
}
