import type { SignedUrl } from '@model-ci/backstage-plugin-model-ci-node';
import type { transferLifetimes } from './lifetimes';
import type { TransferGrant, TransferTokens } from './TransferTokens';

/** Signs the URLs under which engines fetch and upload. */
export class TransferUrls {
  constructor(
    private readonly options: {
      tokens: Pick<TransferTokens, 'sign'>;
      /** The plugin's, as engines reach it. */
      baseUrl(): Promise<string>;
      /** Milliseconds since 1970. */
      now(): number;
    },
  ) {}

  async sign(
    grant: TransferGrant,
    lifetimes: ReturnType<typeof transferLifetimes>,
  ): Promise<SignedUrl> {
    const { tokens, baseUrl, now } = this.options;
    const expiresAt = new Date(now() + lifetimes[grant.direction]);
    const token = await tokens.sign(grant, expiresAt);
    return {
      url: `${await baseUrl()}/transfers/${token}`,
      expiresAt: expiresAt.toISOString(),
    };
  }
}
