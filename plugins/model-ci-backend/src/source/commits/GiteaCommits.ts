import { getGiteaRequestOptions } from '@backstage/integration';
import { repositoryOf } from '../sourceUrl';
import { askHost } from './askHost';
import {
  type CommitFinder,
  emailsOf,
  type FoundCommit,
  type IntegrationFinderOptions,
  subjectOf,
} from './CommitFinder';
import { commitSchema } from './GithubCommits';

/** Finds commits on Gitea and Forgejo, by the integrations of app-config. */
export class GiteaCommits implements CommitFinder {
  constructor(private readonly options: IntegrationFinderOptions) {}

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const { integrations } = this.options;
    const config = integrations.gitea.byUrl(sourceUrl)?.config;
    if (!config) {
      return undefined;
    }
    const base = config.baseUrl ?? `https://${config.host}`;
    // Gitea may live below a path of its host.
    const [name, owner] = repositoryOf(sourceUrl, integrations)
      .split('/')
      .reverse();
    const { sha, commit } = await askHost(
      `${base}/api/v1/repos/${owner}/${name}/git/commits/${encodeURIComponent(
        ref,
      )}?stat=false&verification=false&files=false`,
      commitSchema,
      url => fetch(url, { ...getGiteaRequestOptions(config), signal }),
    );
    return {
      commit: sha,
      message: subjectOf(commit.message),
      tree: commit.tree?.sha,
      emails: emailsOf(commit.author?.email, commit.committer?.email),
    };
  }
}
