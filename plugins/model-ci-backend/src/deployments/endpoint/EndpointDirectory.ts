import type { ServiceRoute } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import {
  resolveEndpoint,
  type EndpointTargetRow,
} from '../../database/operations/deployments/resolveEndpoint';

export interface EndpointKey {
  pipelineRef: string;
  environment: string;
}

/** How long a caller is kept waiting, in milliseconds. */
export interface EndpointTimeouts {
  /** Until the head of the answer, after the request was sent. */
  firstByte: number;
  /** Between two parts of the answer. */
  silence: number;
}

/** A service that can be asked. */
export interface EndpointTarget {
  id: string;
  version: number;
  url: string;
  /** How requests get there, where that is not its URL. */
  route?: ServiceRoute;
  timeouts: EndpointTimeouts;
}

/**
 * Knows which deployment answers at an endpoint, and how many requests of this process are on their way
 * to it. Changes made by this process are seen at once, those of other replicas after at most `maxAge`.
 */
export class EndpointDirectory {
  private readonly entries = new Map<
    string,
    { expiresAt: number; target: Promise<EndpointTargetRow | undefined> }
  >();
  private readonly requests = new Map<string, number>();

  constructor(
    private readonly options: {
      db: Knex;
      now: () => number;
      /** Milliseconds. */
      maxAge?: number;
    },
  ) {}

  /** Undefined when nothing serves. */
  async resolve(key: EndpointKey): Promise<EndpointTargetRow | undefined> {
    const name = entryName(key);
    const known = this.entries.get(name);
    if (known && known.expiresAt > this.options.now()) {
      return known.target;
    }
    const entry = {
      expiresAt: this.options.now() + (this.options.maxAge ?? 1000),
      target: resolveEndpoint(this.options.db, key),
    };
    this.entries.set(name, entry);
    const forget = () => {
      if (this.entries.get(name) === entry) {
        this.entries.delete(name);
      }
    };
    try {
      const target = await entry.target;
      if (!target) {
        // Names that serve nothing are without number, so they are not kept.
        forget();
      }
      return target;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Makes the next request look again. */
  invalidate(key: EndpointKey): void {
    this.entries.delete(entryName(key));
  }

  /** Counts a request to a deployment until the answered function is called. */
  beginRequest(deploymentId: string): () => void {
    this.requests.set(deploymentId, this.requestsTo(deploymentId) + 1);
    let open = true;
    return () => {
      if (!open) {
        return;
      }
      open = false;
      const left = this.requestsTo(deploymentId) - 1;
      if (left > 0) {
        this.requests.set(deploymentId, left);
      } else {
        this.requests.delete(deploymentId);
      }
    };
  }

  /** Requests of this process that a deployment has not answered yet. */
  requestsTo(deploymentId: string): number {
    return this.requests.get(deploymentId) ?? 0;
  }
}

function entryName(key: EndpointKey): string {
  return `${key.environment} ${key.pipelineRef}`;
}
