import { readGithubRequest } from './pullRequests';
import type { AnnouncementReader } from './change';
import { pushSchema } from './github';
import { commitOf, headerOf, known, readMessage, readRef } from './readParts';

/** Announcements of Gitea and Forgejo: much as GitHub's, but nothing says whether history was rewritten. */
export const readGitea: AnnouncementReader = announcement => {
  const event = headerOf(announcement, 'x-gitea-event') ?? '';
  const shared = {
    provider: 'gitea',
    deliveryId: headerOf(announcement, 'x-gitea-delivery') ?? '',
    event,
  };
  if (event === 'pull_request' || event === 'pull_request_sync') {
    return readGithubRequest(announcement, shared);
  }
  if (event !== 'push') {
    return [];
  }
  const push = pushSchema.parse(announcement.payload);
  const ref = readRef(push.ref);
  return ref
    ? [
        {
          ...shared,
          repositoryUrl: push.repository.html_url,
          ref,
          ...known('defaultBranch', push.repository.default_branch),
          ...known('before', commitOf(push.before)),
          ...known(
            'after',
            commitOf(push.after) && (push.head_commit?.id ?? push.after),
          ),
          ...readMessage(push.head_commit?.message),
          ...known('author', push.sender?.login),
        },
      ]
    : [];
};
