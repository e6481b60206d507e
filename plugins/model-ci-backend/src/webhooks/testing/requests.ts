import type { Announcement } from '../change';
import { AFTER, BEFORE } from './announcements';

/** Pull and merge requests, with the keys that the hosts document and that are read here. */
interface Wanted {
  action: string;
  number?: number;
  isFork?: boolean;
  /** Keys of the payload beside these; of GitLab's, of what is said of the request itself. */
  more?: Record<string, unknown>;
  /** What GitLab says was changed. */
  changes?: Record<string, unknown>;
}

const BASE = 'acme/models';
const FORK = 'bea/models';

function githubPayload({ action, number = 12, isFork, more }: Wanted) {
  return {
    action,
    number,
    pull_request: {
      id: 279147437,
      number,
      state: 'open',
      title: 'Fit the line',
      html_url: `https://git.example/${BASE}/pull/${number}`,
      updated_at: '2026-11-02T09:00:00Z',
      user: { login: 'bea' },
      head: {
        ref: 'feature/x',
        sha: AFTER,
        repo: { full_name: isFork ? FORK : BASE },
      },
      base: { ref: 'main', sha: BEFORE, repo: { full_name: BASE } },
    },
    repository: {
      full_name: BASE,
      html_url: `https://git.example/${BASE}`,
      default_branch: 'main',
    },
    sender: { login: 'bea' },
    ...more,
  };
}

export const githubRequest = (wanted: Wanted): Announcement => ({
  headers: { 'x-github-event': 'pull_request', 'x-github-delivery': 'd-1' },
  payload: githubPayload(wanted),
});

export const giteaRequest = (wanted: Wanted): Announcement => ({
  headers: {
    'x-gitea-event': 'pull_request',
    'x-gitea-event-type':
      wanted.action === 'synchronized' ? 'pull_request_sync' : 'pull_request',
    'x-gitea-delivery': 'd-1',
  },
  payload: githubPayload(wanted),
});

export const gitlabRequest = ({
  action,
  number = 12,
  isFork,
  more,
  changes = {},
}: Wanted): Announcement => ({
  headers: {
    'x-gitlab-event': 'Merge Request Hook',
    'x-gitlab-event-uuid': 'd-1',
  },
  payload: {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: { username: 'bea' },
    project: {
      web_url: `https://git.example/${BASE}`,
      default_branch: 'main',
    },
    object_attributes: {
      iid: number,
      action,
      title: 'Fit the line',
      url: `https://git.example/${BASE}/-/merge_requests/${number}`,
      updated_at: '2026-11-02 09:00:00 UTC',
      source_branch: 'feature/x',
      target_branch: 'main',
      source_project_id: isFork ? 16 : 15,
      target_project_id: 15,
      last_commit: { id: AFTER, message: 'Fit the line' },
      ...more,
    },
    changes,
  },
});

/** As many digits of a commit as Bitbucket gives in requests; in pushes it gives all. */
export const SHORT = 12;

export const bitbucketRequest = ({
  action,
  number = 12,
  isFork,
  more,
}: Wanted): Announcement => ({
  headers: { 'x-event-key': `pullrequest:${action}`, 'x-request-uuid': 'd-1' },
  payload: {
    actor: { nickname: 'bea' },
    repository: { links: { html: { href: `https://git.example/${BASE}` } } },
    pullrequest: {
      id: number,
      title: 'Fit the line',
      updated_on: '2026-11-02T09:00:00.000000+00:00',
      links: {
        html: { href: `https://git.example/${BASE}/pull-requests/${number}` },
      },
      author: { nickname: 'bea' },
      source: {
        branch: { name: 'feature/x' },
        commit: { hash: AFTER.slice(0, SHORT) },
        repository: { full_name: isFork ? FORK : BASE },
      },
      destination: {
        branch: { name: 'main' },
        commit: { hash: BEFORE.slice(0, SHORT) },
        repository: { full_name: BASE },
      },
    },
    ...more,
  },
});
