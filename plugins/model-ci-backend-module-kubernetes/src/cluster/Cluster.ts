import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { ClusterConfig } from '../config';
import { LABELS, MANAGER } from '../pods/labels';
import { podSchema, type Pod } from '../pods/podSchema';
import { Api, type ApiCall, type Fetch } from './Api';
import { ApiError, hasStatus } from './ApiError';
import { loadCredentials } from './connect';
import { execIn, type ExecOptions } from './exec';
import { Permissions } from './Permissions';
import { PodWatch } from './PodWatch';

export type Kind =
  | 'pods'
  | 'secrets'
  | 'configmaps'
  | 'events'
  | 'resourcequotas';
export type Words = string | Reason;

/** What a test puts between the portal and its cluster. */
export interface ClusterSeams {
  fetch?: Fetch;
  logger?: { warn(message: string): void };
}

/** One namespace of a cluster, as one portal uses it. */
export class Cluster {
  private constructor(
    readonly config: ClusterConfig,
    readonly namespace: string,
    readonly api: Api,
    readonly watch: PodWatch,
    readonly permissions: Permissions,
    private readonly logger: ClusterSeams['logger'],
  ) {}

  static connect(config: ClusterConfig, seams: ClusterSeams = {}): Cluster {
    const credentials = loadCredentials(config);
    const namespace = config.namespace ?? credentials.namespace ?? 'default';
    const api = new Api(config.name, credentials, seams);
    const watch = new PodWatch({
      api,
      namespace,
      // Not those of services
      labelSelector: `${LABELS.managedBy}=${MANAGER},${LABELS.instance}=${config.instance},${LABELS.attempt}`,
      logger: seams.logger,
    });
    const permissions = new Permissions(api, namespace);
    const { logger } = seams;
    return new Cluster(config, namespace, api, watch, permissions, logger);
  }

  get name(): string {
    return this.config.name;
  }

  /** Says what goes wrong without being an answer to anybody. */
  warn(what: string): void {
    this.logger?.warn(`Kubernetes cluster '${this.name}': ${what}`);
  }

  async create(kind: Kind, body: object): Promise<unknown> {
    return await this.api.call({ method: 'POST', path: this.path(kind), body });
  }

  /** Removes an object; harmless where there is none. Answers whether there was one. */
  async remove(
    kind: Kind,
    name: string,
    options: { graceSeconds?: number; uid?: string } = {},
  ): Promise<boolean> {
    const { graceSeconds, uid } = options;
    const call: ApiCall = {
      method: 'DELETE',
      path: this.path(kind, name),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
        ...(uid !== undefined && { preconditions: { uid } }),
      },
    };
    try {
      await this.api.call(call);
      return true;
    } catch (error) {
      // 409: of this name is another one by now
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) {
        throw error;
      }
      return false;
    }
  }

  /** A pod as the server has it now; undefined if there is none. */
  async findPod(name: string): Promise<Pod | undefined> {
    const found = await this.find('pods', name);
    return found === undefined ? undefined : podSchema.parse(found);
  }

  async find(kind: Kind, name: string): Promise<unknown> {
    try {
      return await this.api.call({
        method: 'GET',
        path: this.path(kind, name),
      });
    } catch (error) {
      if (hasStatus(error, 404) && isObjectMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async list(
    kind: Kind,
    query: Record<string, string | undefined> = {},
  ): Promise<unknown> {
    return await this.api.call({ method: 'GET', path: this.path(kind), query });
  }

  /** Runs a command in a container; ends with its exit code. */
  async *exec(
    options: Omit<ExecOptions, 'namespace' | 'cluster'>,
  ): AsyncGenerator<Buffer, number> {
    const access = await this.api.access();
    const { name: cluster, namespace } = this;
    return yield* execIn(access, { ...options, cluster, namespace });
  }

  async dispose(): Promise<void> {
    await this.watch.stop();
    await this.api.close();
  }

  private path(kind: Kind, name?: string): string {
    const base = `/api/v1/namespaces/${this.namespace}/${kind}`;
    return name === undefined ? base : `${base}/${name}`;
  }
}

/** Something between here and the server may answer 404 for reasons of its own, which is no evidence. */
function isObjectMissing(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'NotFound';
}
