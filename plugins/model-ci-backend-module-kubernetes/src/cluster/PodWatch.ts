import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { podSchema, type Pod } from '../pods/podSchema';
import type { Api } from './Api';
import { ApiError } from './ApiError';

export interface PodWatchOptions {
  api: Pick<Api, 'call' | 'lines'>;
  namespace: string;
  labelSelector: string;
  logger?: { warn(message: string): void };
  /** Between 0 and 1. */
  random?(): number;
  /** How long a watch may be silent. A server sends a bookmark every minute or so. */
  silenceMs?: number;
}

// Servers end a watch after a time anyway; a limit of our own keeps many from being renewed together
const WATCH_SECONDS = 300;
const WATCH_JITTER_SECONDS = 60;
const SILENCE_MS = 150_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 30_000;
const PAGE = '500';
/** A connection that ends sooner counts as a failure, so that a server that drops them is not stormed. */
const SHORT_MS = 1_000;

const listSchema = z.looseObject({
  metadata: z.looseObject({
    resourceVersion: z.string(),
    continue: z.string().optional(),
  }),
  items: z.array(z.unknown()).nullish(),
});

const eventSchema = z.looseObject({
  type: z.string(),
  object: z.looseObject({
    code: z.number().optional(),
    message: z.string().optional(),
    metadata: z
      .looseObject({
        name: z.string().optional(),
        resourceVersion: z.string().optional(),
      })
      .optional(),
  }),
});

/**
 * The pods of one portal in one namespace, kept up to date by one watch for all of them. What it does not know of may be
 * there nevertheless; who needs to be sure asks the server. It holds nothing but what the watch covers: nobody would
 * update or remove the rest.
 */
export class PodWatch {
  private readonly pods = new Map<string, Pod>();
  private readonly wakes = new Map<string, Set<() => void>>();
  private readonly stopping = new AbortController();
  private connection = new AbortController();
  private version?: string;
  private failures = 0;
  private running?: Promise<void>;
  private hasWarned = false;
  private onListed = () => {};
  private readonly listed = new Promise<void>(resolve => {
    this.onListed = resolve;
  });

  constructor(private readonly options: PodWatchOptions) {}

  /** What was last seen of a pod. */
  find(name: string): Pod | undefined {
    return this.pods.get(name);
  }

  all(): Pod[] {
    return [...this.pods.values()];
  }

  forget(name: string): void {
    this.pods.delete(name);
  }

  /** Calls back whenever something of a pod may have changed. Starts the watch, which goes on until it is stopped. */
  subscribe(name: string, wake: () => void): () => void {
    this.running ??= this.run();
    const wakes = this.wakes.get(name) ?? new Set();
    this.wakes.set(name, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.wakes.get(name) === wakes) {
        this.wakes.delete(name);
      }
    };
  }

  /**
   * Waits for the first list, but not for longer than that: who looks for a pod before would ask the server for each one.
   */
  async untilListed(mostMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const limit = delay(mostMs, undefined, {
      signal: AbortSignal.any([signal, done.signal]),
    });
    await Promise.race([this.listed, limit.catch(() => {})]);
    done.abort();
  }

  /** Breaks the connection off; another one goes on where it stopped. */
  renew(): void {
    this.connection.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.connection.abort();
    await this.running;
  }

  /** One connection, from a list or from where the last one ended, until it ends. */
  async step(): Promise<void> {
    this.connection = new AbortController();
    const signal = AbortSignal.any([
      this.connection.signal,
      this.stopping.signal,
    ]);
    if (this.version === undefined) {
      await this.list(signal);
    }
    await this.follow(signal);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const started = Date.now();
      try {
        await this.step();
        this.failures = Date.now() - started < SHORT_MS ? this.failures + 1 : 0;
      } catch (error) {
        const isOwn = this.connection.signal.aborted;
        this.failures = isOwn ? 0 : this.failures + 1;
        if (this.failures === 3) {
          this.options.logger?.warn(`The watch of pods fails: ${error}`);
        }
      }
      await delay(this.pauseMs(), undefined, {
        signal: this.stopping.signal,
      }).catch(() => {});
    }
  }

  /** Longer with each failure, and not the same for all. */
  private pauseMs(): number {
    const { random = Math.random } = this.options;
    const most = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, MAX_PAUSE_MS);
    return this.failures === 0 ? 0 : most * (0.5 + random() / 2);
  }

  private async list(signal: AbortSignal): Promise<void> {
    const found = new Map<string, Pod>();
    let version: string | undefined;
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page = listSchema.parse(
        await this.options.api.call({
          method: 'GET',
          path: this.path,
          query: {
            labelSelector: this.options.labelSelector,
            limit: PAGE,
            ...(next !== '' && { continue: next }),
          },
          signal,
        }),
      );
      for (const item of page.items ?? []) {
        const pod = this.read(item);
        if (pod) {
          found.set(pod.metadata.name, pod);
        }
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue || undefined;
    }
    const names = new Set([...this.pods.keys(), ...found.keys()]);
    this.pods.clear();
    found.forEach((pod, name) => this.pods.set(name, pod));
    this.version = version;
    this.onListed();
    names.forEach(name => this.wake(name));
    // Who waits for a pod that is not there may look again
    [...this.wakes.keys()].forEach(name => this.wake(name));
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { api, random = Math.random, silenceMs = SILENCE_MS } = this.options;
    const silence = setTimeout(() => this.connection.abort(), silenceMs);
    try {
      const lines = api.lines({
        method: 'GET',
        path: this.path,
        query: {
          watch: 'true',
          labelSelector: this.options.labelSelector,
          resourceVersion: this.version,
          allowWatchBookmarks: 'true',
          timeoutSeconds: String(
            WATCH_SECONDS + Math.floor(random() * WATCH_JITTER_SECONDS),
          ),
        },
        signal,
      });
      for await (const line of lines) {
        silence.refresh();
        this.take(eventSchema.parse(JSON.parse(line)));
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 410) {
        this.version = undefined;
      }
      throw error;
    } finally {
      clearTimeout(silence);
    }
  }

  private take({ type, object }: z.infer<typeof eventSchema>): void {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED': {
        const pod = this.read(object);
        if (pod) {
          this.pods.set(pod.metadata.name, pod);
          this.wake(pod.metadata.name);
        }
        break;
      }
      case 'DELETED': {
        const name = object.metadata?.name ?? '';
        this.pods.delete(name);
        this.wake(name);
        break;
      }
      case 'BOOKMARK':
        break;
      default:
        // 410: what happened since then is forgotten there. Whatever else it is, a new list is right.
        this.version = undefined;
        throw new ApiError(
          object.code ?? 500,
          type,
          object.message ?? `The watch ended with ${type}`,
        );
    }
    this.version = object.metadata?.resourceVersion ?? this.version;
  }

  /** A pod that is not understood is passed over: it must not keep the others from being seen. */
  private read(item: unknown): Pod | undefined {
    const parsed = podSchema.safeParse(item);
    if (!parsed.success && !this.hasWarned) {
      this.hasWarned = true;
      this.options.logger?.warn(
        `A pod is not understood, and passed over: ${parsed.error.message}`,
      );
    }
    return parsed.data;
  }

  private wake(name: string): void {
    [...(this.wakes.get(name) ?? [])].forEach(wake => wake());
  }

  private get path(): string {
    return `/api/v1/namespaces/${this.options.namespace}/pods`;
  }
}
