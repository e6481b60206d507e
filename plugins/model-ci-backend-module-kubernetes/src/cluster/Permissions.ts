import { z } from 'zod';
import type { Api } from './Api';
import { hasStatus } from './ApiError';

export interface Permission {
  verb: string;
  resource: string;
  /** No attempt runs without it. */
  isVital: boolean;
}

/** What the portal does in its namespace; docs/clusters.md has a role with these and no more, with which the contract suite runs. */
const NEEDED: Permission[] = [
  ...vital('pods', 'get', 'list', 'watch', 'create', 'delete'),
  ...vital('pods/exec', 'get', 'create'),
  ...vital('secrets', 'create', 'delete'),
  ...vital('configmaps', 'get', 'create', 'delete'),
  { verb: 'list', resource: 'configmaps', isVital: false },
  { verb: 'list', resource: 'events', isVital: false },
  { verb: 'list', resource: 'resourcequotas', isVital: false },
];

/** Roles change rarely, and a question for each permission is much to ask whenever the nodes are looked at. */
const KEPT_MS = 5 * 60_000;

const reviewSchema = z.looseObject({
  status: z.looseObject({ allowed: z.boolean() }),
});

/** What the portal's account may do in its namespace. */
export class Permissions {
  private known?: { at: number; missing: Permission[] };

  constructor(
    private readonly api: Pick<Api, 'call'>,
    private readonly namespace: string,
  ) {}

  async missing(now = Date.now()): Promise<Permission[]> {
    if (!this.known || now - this.known.at > KEPT_MS) {
      this.known = { at: now, missing: await this.ask() };
    }
    const { missing } = this.known;
    if (missing.length > 0) {
      // What was granted meanwhile shows at once
      this.known = undefined;
    }
    return missing;
  }

  private async ask(): Promise<Permission[]> {
    const allowed = await Promise.all(
      NEEDED.map(permission => this.isAllowed(permission)),
    );
    return NEEDED.filter((_, index) => !allowed[index]);
  }

  private async isAllowed({ verb, resource }: Permission): Promise<boolean> {
    const [name, subresource] = resource.split('/');
    const { namespace } = this;
    const resourceAttributes = { namespace, resource: name, subresource, verb };
    try {
      const answer = await this.api.call({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      });
      return reviewSchema.parse(answer).status.allowed;
    } catch (error) {
      if (hasStatus(error, 403)) {
        // Nobody may ask there, which says nothing of the rest
        return true;
      }
      throw error;
    }
  }
}

function vital(resource: string, ...verbs: string[]): Permission[] {
  return verbs.map(verb => ({ verb, resource, isVital: true }));
}
