import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { NotFoundError, ResponseError } from '@backstage/errors';
import {
  GitHostClient,
  parseEmbeddedGitUrl,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type CommitFinder,
  emailsOf,
  type FoundCommit,
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
    const { auth, discovery } = this.options;
    const location = parseEmbeddedGitUrl(sourceUrl);
    if (
      location?.gitBaseUrl !== (await discovery.getExternalBaseUrl(GIT_PLUGIN))
    ) {
      return undefined;
    }
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: GIT_PLUGIN,
    });
    try {
      const { items } = await this.client.listCommits(
        location.repository,
        { ref, limit: 1 },
        { token, signal },
      );
      if (items.length > 0) {
        const [{ commit, subject, tree, authorEmail, committerEmail }] = items;
        return {
          commit,
          message: subjectOf(subject),
          tree,
          emails: emailsOf(authorEmail, committerEmail),
        };
      }
    } catch (error) {
      if (
        !(
          error instanceof ResponseError &&
          [400, 404].includes(error.statusCode)
        )
      ) {
        throw error;
      }
    }
    throw withReason(
      NotFoundError,
      reason('source.noRef', { ref, repository: location.repository }),
    );
  }
}
