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
  subjectOf,
} from './CommitFinder';

const objectId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

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
    const { integrations } = this.options;
    const integration = integrations.github.byUrl(sourceUrl);
    if (!integration?.config.apiBaseUrl) {
      return undefined;
    }
    const repository = repositoryOf(sourceUrl, integrations);
    const { headers } = await this.credentials.getCredentials({
      url: repository,
    });
    // One page of the commit's files, which are not read here, is as long as it gets.
    const { sha, commit } = await askHost(
      `${integration.config.apiBaseUrl}/repos${
        new URL(repository).pathname
      }/commits/${encodeURIComponent(ref)}?per_page=1`,
      commitSchema,
      url =>
        fetch(url, {
          headers: { Accept: 'application/vnd.github+json', ...headers },
          signal,
        }),
    );
    return {
      commit: sha,
      message: subjectOf(commit.message),
      tree: commit.tree?.sha,
      emails: emailsOf(commit.author?.email, commit.committer?.email),
    };
  }
}
