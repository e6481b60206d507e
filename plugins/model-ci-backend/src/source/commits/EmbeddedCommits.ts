import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { NotFoundError, ResponseError } from '@backstage/errors';
import {
  type GitCommit,
  type GitCommitQuery,
  GitHostClient,
  parseEmbeddedGitUrl,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type CommitFinder,
  emailsOf,
  type FoundCommit,
  type NamedRef,
  subjectOf,
} from './CommitFinder';
import { withReason } from '../../withReason';

const GIT_PLUGIN = 'model-ci-git';

export interface EmbeddedCommitsOptions {
  auth: AuthService;
  discovery: DiscoveryService;
}

/** Finds commits on the embedded git host of this portal, in the portal's own name. */
export class EmbeddedCommits implements CommitFinder {
  private readonly client: GitHostClient;

  constructor(private readonly options: EmbeddedCommitsOptions) {
    this.client = new GitHostClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const repository = await this.repositoryOf(sourceUrl);
    if (repository === undefined) {
      return undefined;
    }
    const query = { ref, limit: 1 };
    const found = (await this.list(repository, query, signal))?.at(0);
    if (found) {
      const { commit, subject, tree, authorEmail, committerEmail } = found;
      return {
        commit,
        message: subjectOf(subject),
        tree,
        emails: emailsOf(authorEmail, committerEmail),
      };
    }
    throw withReason(
      NotFoundError,
      reason('source.noRef', { ref, repository }),
    );
  }

  async isOn(
    sourceUrl: string,
    commit: string,
    { type, name }: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined> {
    const repository = await this.repositoryOf(sourceUrl);
    if (repository === undefined) {
      return undefined;
    }
    const notIn = `refs/${type === 'branch' ? 'heads' : 'tags'}/${name}`;
    const query = { ref: commit, limit: 1, notIn };
    const others = await this.list(repository, query, signal);
    return others?.length === 0;
  }

  /** Undefined for a repository of another host. */
  private async repositoryOf(sourceUrl: string): Promise<string | undefined> {
    const { discovery } = this.options;
    const location = parseEmbeddedGitUrl(sourceUrl);
    const own = await discovery.getExternalBaseUrl(GIT_PLUGIN);
    return location?.gitBaseUrl === own ? location.repository : undefined;
  }

  /** Undefined where the repository, or what is asked for in it, is not there. */
  private async list(
    repository: string,
    query: GitCommitQuery,
    signal?: AbortSignal,
  ): Promise<GitCommit[] | undefined> {
    const { auth } = this.options;
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: GIT_PLUGIN,
    });
    try {
      const page = await this.client.listCommits(repository, query, {
        token,
        signal,
      });
      return page.items;
    } catch (error) {
      if (
        error instanceof ResponseError &&
        [400, 404].includes(error.statusCode)
      ) {
        return undefined;
      }
      throw error;
    }
  }
}
