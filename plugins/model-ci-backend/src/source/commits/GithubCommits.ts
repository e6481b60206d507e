import {
  DefaultGithubCredentialsProvider,
  type GithubCredentialsProvider,
} from '@backstage/integration';
import { z } from 'zod';
import { repositoryOf } from '../sourceUrl';
import { askHost } from './askHost';
import {
  type CommitFinder,
  emailsOf,
  type FoundCommit,
  type IntegrationFinderOptions,
  isReachable,
  type NamedRef,
  subjectOf,
} from './CommitFinder';

export const objectId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

const person = z.object({ email: z.string().nullish() }).nullish();

/** GitHub and Gitea answer alike. */
export const commitSchema = z.object({
  sha: objectId,
  commit: z.object({
    message: z.string(),
    tree: z.object({ sha: objectId }).optional(),
    author: person,
    committer: person,
  }),
});

/** Finds commits on GitHub and GitHub Enterprise, by the integrations of app-config. */
export class GithubCommits implements CommitFinder {
  private readonly credentials: GithubCredentialsProvider;

  constructor(private readonly options: IntegrationFinderOptions) {
    this.credentials = DefaultGithubCredentialsProvider.fromIntegrations(
      options.integrations,
    );
  }

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const host = await this.hostOf(sourceUrl, signal);
    if (!host) {
      return undefined;
    }
    // One page of the commit's files, which are not read here, is as long as it gets.
    const { sha, commit } = await askHost(
      `${host.api}/commits/${encodeURIComponent(ref)}?per_page=1`,
      commitSchema,
      host.send,
    );
    return {
      commit: sha,
      message: subjectOf(commit.message),
      tree: commit.tree?.sha,
      emails: emailsOf(commit.author?.email, commit.committer?.email),
    };
  }

  async isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined> {
    const host = await this.hostOf(sourceUrl, signal);
    if (!host) {
      return undefined;
    }
    const kind = ref.type === 'branch' ? 'heads' : 'tags';
    const name = encodeURIComponent(`${kind}/${ref.name}`);
    return await isReachable(commit, {
      findHead: async () => {
        const { sha } = await askHost(
          `${host.api}/commits/${name}?per_page=1`,
          commitSchema,
          host.send,
        );
        return sha;
      },
      isBefore: async head => {
        const { status } = await askHost(
          `${host.api}/compare/${head}...${commit}?per_page=1`,
          z.object({ status: z.string() }),
          host.send,
        );
        return status === 'behind';
      },
    });
  }

  private async hostOf(sourceUrl: string, signal: AbortSignal | undefined) {
    const { integrations } = this.options;
    const integration = integrations.github.byUrl(sourceUrl);
    if (!integration?.config.apiBaseUrl) {
      return undefined;
    }
    const repository = repositoryOf(sourceUrl, integrations);
    const { headers } = await this.credentials.getCredentials({
      url: repository,
    });
    return {
      api: `${integration.config.apiBaseUrl}/repos${
        new URL(repository).pathname
      }`,
      send: (url: string) =>
        fetch(url, {
          headers: { Accept: 'application/vnd.github+json', ...headers },
          signal,
        }),
    };
  }
}
