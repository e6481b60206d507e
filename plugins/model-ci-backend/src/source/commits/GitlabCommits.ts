import {
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
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

/** GitLab gives the id of no commit's tree, by none of its interfaces. */
const commitSchema = z.object({
  id: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
  message: z.string(),
  author_email: z.string().nullish(),
  committer_email: z.string().nullish(),
});

/** Finds commits on GitLab, by the integrations of app-config. */
export class GitlabCommits implements CommitFinder {
  constructor(private readonly options: IntegrationFinderOptions) {}

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const { integrations } = this.options;
    const integration = integrations.gitlab.byUrl(sourceUrl);
    if (!integration) {
      return undefined;
    }
    const { config } = integration;
    const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
    const project = pathname
      .slice(getGitLabIntegrationRelativePath(config).length)
      .replace(/^\//, '');
    const found = await askHost(
      `${config.apiBaseUrl}/projects/${encodeURIComponent(
        decodeURIComponent(project),
      )}/repository/commits/${encodeURIComponent(ref)}`,
      commitSchema,
      url =>
        integration.fetch(url, { ...getGitLabRequestOptions(config), signal }),
    );
    return {
      commit: found.id,
      message: subjectOf(found.message),
      emails: emailsOf(found.author_email, found.committer_email),
    };
  }
}
