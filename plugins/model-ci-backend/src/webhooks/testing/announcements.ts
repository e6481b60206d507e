import type { Announcement } from '../change';

/**
 * Announcements with the keys that the hosts document and that are read here. Names and types of the keys are those of
 * octokit/webhooks, of GitLab's manual, of Gitea's `modules/structs/hook.go`, and of what Woodpecker and Jenkins'
 * bitbucket-branch-source-plugin have recorded of GitLab, Gitea, Forgejo and Bitbucket Cloud.
 */
export const BEFORE = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
export const AFTER = '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c';
export const NONE = '0'.repeat(40);

const commit = (id: string, message: string, modified: string[]) => ({
  id,
  message,
  timestamp: '2026-11-02T09:00:00Z',
  added: [],
  removed: [],
  modified,
});

export function githubPush(
  change: Record<string, unknown> = {},
  delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958',
): Announcement {
  const head = commit(AFTER, 'Fit the line\n\nMore of it', ['train.py']);
  return {
    headers: { 'x-github-event': 'push', 'x-github-delivery': delivery },
    payload: {
      ref: 'refs/heads/main',
      before: BEFORE,
      after: AFTER,
      created: false,
      deleted: false,
      forced: false,
      base_ref: null,
      head_commit: head,
      commits: [commit('a'.repeat(40), 'First', ['data/x.csv']), head],
      repository: {
        id: 186853002,
        full_name: 'acme/models',
        html_url: 'https://github.com/acme/models',
        default_branch: 'main',
        pushed_at: 1793610000,
      },
      pusher: { name: 'ann', email: 'ann@acme.example' },
      sender: { login: 'ann', type: 'User' },
      ...change,
    },
  };
}

export function gitlabPush(change: Record<string, unknown> = {}): Announcement {
  return {
    headers: {
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
    },
    payload: {
      object_kind: 'push',
      event_name: 'push',
      before: BEFORE,
      after: AFTER,
      ref: 'refs/heads/main',
      ref_protected: true,
      checkout_sha: AFTER,
      user_id: 4,
      user_username: 'ann',
      project: {
        id: 15,
        web_url: 'https://gitlab.com/acme/models',
        default_branch: 'main',
      },
      commits: [commit(AFTER, 'Fit the line', ['train.py'])],
      total_commits_count: 4,
      push_options: {},
      ...change,
    },
  };
}

export function giteaPush(change: Record<string, unknown> = {}): Announcement {
  const head = commit(AFTER, 'Fit the line', ['train.py']);
  return {
    headers: {
      'x-gitea-event': 'push',
      'x-gitea-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
    },
    payload: {
      ref: 'refs/heads/main',
      before: BEFORE,
      after: AFTER,
      compare_url: `https://gitea.example/acme/models/compare/${BEFORE}...${AFTER}`,
      commits: [head],
      total_commits: 1,
      head_commit: head,
      repository: {
        id: 140,
        html_url: 'https://gitea.example/acme/models',
        default_branch: 'main',
      },
      pusher: { id: 1, login: 'ann', username: 'ann' },
      sender: { id: 1, login: 'ann', username: 'ann' },
      ...change,
    },
  };
}

export const bitbucketRef = (
  hash: string,
  name = 'main',
  type = 'branch',
  message = 'Fit the line\n',
) => ({
  type,
  name,
  target: { type: 'commit', hash, message, date: '2026-11-02T09:00:00+00:00' },
});

export function bitbucketPush(
  changes: unknown[] = [
    {
      old: bitbucketRef(BEFORE),
      new: bitbucketRef(AFTER),
      created: false,
      forced: false,
      closed: false,
      truncated: true,
    },
  ],
): Announcement {
  return {
    headers: {
      'x-event-key': 'repo:push',
      'x-hook-uuid': 'd1b1a6f5-3c5a-4a0e-8f0e-6a5b0a3d9f11',
      'x-request-uuid': 'c6e1b2a0-0d1d-4d36-bc1c-7a9b2a1b6b77',
    },
    payload: {
      actor: { type: 'user', nickname: 'ann', display_name: 'Ann' },
      repository: {
        full_name: 'acme/models',
        links: { html: { href: 'https://bitbucket.org/acme/models' } },
      },
      push: { changes },
    },
  };
}
