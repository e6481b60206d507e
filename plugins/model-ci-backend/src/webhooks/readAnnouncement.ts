import { createHash } from 'node:crypto';
import { readBitbucket } from './bitbucket';
import {
  type Announcement,
  type AnnouncementReader,
  type Change,
  changeSchema,
} from './change';
import { readGitea } from './gitea';
import { readGithub } from './github';
import { readGitlab } from './gitlab';

/** A kind of host: the topic on which its announcements come, and the key of the secret with which they are checked. */
export interface WebhookProvider {
  topic: string;
  secretKey: string;
  read: AnnouncementReader;
}

export const PROVIDERS: WebhookProvider[] = [
  {
    topic: 'github',
    secretKey: 'events.modules.github.webhookSecret',
    read: readGithub,
  },
  {
    topic: 'gitlab',
    secretKey: 'events.modules.gitlab.webhookSecret',
    read: readGitlab,
  },
  {
    topic: 'gitea',
    secretKey: 'events.modules.gitea.webhookSecret',
    read: readGitea,
  },
  {
    topic: 'bitbucketCloud',
    secretKey: 'events.modules.bitbucketCloud.webhookSecret',
    read: readBitbucket,
  },
];

/**
 * The changes that an announcement tells of, each with a digest of what it is read from. Throws where the announcement
 * is not as its host documents it.
 */
export function readAnnouncement(
  { read }: WebhookProvider,
  announcement: Announcement,
): Array<{ change: Change; digest: string }> {
  const payload = JSON.stringify(announcement.payload);
  return read(announcement).map((change, index) => {
    const { after, pullRequest, repositoryUrl } = change;
    // Two webhooks announce a request in other words; what it is about is the same.
    const said = pullRequest
      ? JSON.stringify([repositoryUrl, after, pullRequest])
      : `${index}\n${payload}`;
    const digest = createHash('sha256').update(said).digest('hex');
    return {
      digest,
      change: changeSchema.parse({
        ...change,
        // A host that gives no id is known by what it says.
        deliveryId: change.deliveryId || digest,
        repositoryUrl: change.repositoryUrl.replace(/\/+$/, ''),
      }),
    };
  });
}
