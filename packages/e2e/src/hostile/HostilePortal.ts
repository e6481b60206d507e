import fs from 'node:fs/promises';
import path from 'node:path';
import {
  describeReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Clone } from '../git';
import { Portal, until, User, type PortalOptions } from '../portal';

const GROUPS = ['red', 'blue', 'platform'];
/** Alice and Bob are in two teams, Root administers, and Nobody is in no team. */
const USERS = {
  alice: ['red'],
  bob: ['blue'],
  root: ['platform'],
  nobody: [],
} satisfies Record<string, string[]>;

export type UserName = keyof typeof USERS;

function organisation(): string {
  return [
    ...GROUPS.map(name => ({
      kind: 'Group',
      metadata: { name },
      spec: { type: 'team', children: [] },
    })),
    ...Object.entries(USERS).map(([name, memberOf]) => ({
      kind: 'User',
      metadata: { name },
      spec: { memberOf },
    })),
  ]
    .map(entity =>
      JSON.stringify({ apiVersion: 'backstage.io/v1alpha1', ...entity }),
    )
    .join('\n---\n');
}

/** A portal with users of two teams, an administrator, and somebody without rights. */
export class HostilePortal {
  private readonly tokens = new Map<string, string>();

  private constructor(readonly portal: Portal) {}

  static async start(
    options: Pick<PortalOptions, 'config' | 'postgres' | 'backend'> = {},
  ): Promise<HostilePortal> {
    const portal = await Portal.create({
      backend: require.resolve('./backend'),
      ...options,
      isReady: async ({ url }) => {
        const [last] = Object.keys(USERS).slice(-1);
        const answer = await fetch(`${url}/api/auth/test/refresh?user=${last}`);
        return answer.ok || undefined;
      },
    });
    const org = path.join(portal.directory, 'org.yaml');
    await fs.writeFile(org, organisation());
    await fs.writeFile(
      path.join(portal.directory, 'app-config.more.yaml'),
      JSON.stringify({
        ...options.config,
        auth: { providers: { test: {}, 'model-ci': {} } },
        catalog: {
          locations: [
            {
              type: 'file',
              target: org,
              rules: [{ allow: ['User', 'Group'] }],
            },
          ],
        },
      }),
    );
    const hostile = new HostilePortal(portal);
    try {
      await portal.start();
    } catch (error) {
      const log = await portal.tail();
      await hostile.stop();
      throw new Error(`The portal did not start; its log: ${log}`, {
        cause: error,
      });
    }
    return hostile;
  }

  async signIn(user: UserName): Promise<User> {
    const answer = await fetch(
      `${this.portal.url}/api/auth/test/refresh?user=${user}`,
    );
    const { backstageIdentity } = await answer.json();
    return new User(this.portal, backstageIdentity.token);
  }

  /** A repository with these files, cloned with a token of its owner and pushed; and the catalog knows its entities. */
  async project(
    user: UserName,
    options: { name: string; owner: string; files: Record<string, string> },
  ): Promise<Clone> {
    const { name, owner, files } = options;
    const by = await this.signIn(user);
    await by.post('/api/model-ci-git/repositories', { name, owner });
    const { token } = await by.post<{ token: string }>(
      '/api/model-ci-git/tokens',
      { name },
    );
    this.tokens.set(name, token);
    const clone = await Clone.of(this.portal, name, token);
    await clone.git('checkout', '-q', '-B', 'main');
    for (const [file, text] of Object.entries(files)) {
      await clone.write(file, text);
    }
    await clone.push('Begin');
    await this.register(by, name);
    return clone;
  }

  /** The token with which a project was cloned. */
  tokenOf(project: string): string {
    return this.tokens.get(project) ?? '';
  }

  /** Has the catalog read the entities of a repository. */
  async register(by: User, repository: string): Promise<void> {
    await by.post('/api/catalog/locations', {
      type: 'url',
      target: `${this.portal.url}/api/model-ci-git/${repository}.git/raw/main/catalog-info.yaml`,
    });
  }

  async stop(): Promise<void> {
    await this.portal.stop();
    await this.portal.remove();
  }
}

/** The catalog's description of a model and its pipeline. */
export function catalogInfo(options: {
  name: string;
  owner: string;
  annotations?: Record<string, string>;
}): string {
  const { name, owner, annotations } = options;
  return [
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name },
      spec: { type: 'ai-model', lifecycle: 'experimental', owner },
    },
    {
      apiVersion: 'model-ci.dev/v1alpha1',
      kind: 'ModelPipeline',
      metadata: { name, annotations },
      spec: {
        type: 'training',
        lifecycle: 'experimental',
        owner,
        model: `component:default/${name}`,
        definition: { $yaml: './model-pipeline.yaml' },
      },
    },
  ]
    .map(entity => JSON.stringify(entity))
    .join('\n---\n');
}

export interface EndedRun {
  id: string;
  status: string;
  reason?: Reason;
}

/** Starts a run of a pipeline, once the portal knows it; answers its id. */
export async function startRun(
  by: User,
  pipeline: string,
  body: object = {},
): Promise<string> {
  const { id } = await until(
    `a run of ${pipeline} to start`,
    () =>
      by.post<{ id: string }>(
        `/api/model-ci/pipelines/default/${pipeline}/runs`,
        body,
      ),
    { seconds: 90 },
  );
  return id;
}

const OPEN = ['queued', 'running', 'waiting'];

/** Waits until a run has ended. */
export async function endOf<T extends EndedRun>(
  by: User,
  runId: string,
  seconds = 60,
): Promise<T> {
  return await until(
    `run ${runId} to end`,
    async () => {
      const run = await by.get<T>(`/api/model-ci/runs/${runId}`);
      return OPEN.includes(run.status) ? undefined : run;
    },
    { seconds },
  );
}

/** A reason in English. */
export function inWords(reason: Reason | undefined): string {
  return reason === undefined ? '' : describeReason(reason);
}
