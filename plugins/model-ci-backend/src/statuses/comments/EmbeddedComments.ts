import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  GitHostClient,
  parseEmbeddedGitUrl,
} from '@model-ci/backstage-plugin-model-ci-common';
import { RefusedError } from '../hosts';

const GIT_PLUGIN = 'model-ci-git';

export interface EmbeddedCommentsOptions {
  auth: AuthService;
  discovery: DiscoveryService;
}

/** The comments of requests on the portal's own git host, which keeps one for each. */
export class EmbeddedComments {
  readonly #options: EmbeddedCommentsOptions;
  readonly #client: GitHostClient;

  constructor(options: EmbeddedCommentsOptions) {
    this.#options = options;
    this.#client = new GitHostClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  /** False where the source is on another host. */
  async write(
    comment: { sourceUrl: string; number: number; text: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { auth, discovery } = this.#options;
    const location = parseEmbeddedGitUrl(comment.sourceUrl);
    const own = await discovery.getExternalBaseUrl(GIT_PLUGIN);
    if (!location || location.gitBaseUrl !== own) {
      return false;
    }
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: GIT_PLUGIN,
    });
    const { number, text } = comment;
    await this.#client
      .commentPullRequest(location.repository, number, text, { token, signal })
      .catch(error => {
        const isGone =
          error instanceof ResponseError && error.statusCode === 404;
        throw isGone ? new RefusedError(`${error.cause.message}`) : error;
      });
    return true;
  }
}
