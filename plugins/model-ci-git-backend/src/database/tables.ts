import type {
  GitPullRequestState,
  GitTokenScope,
} from '@model-ci/backstage-plugin-model-ci-common';

export interface RepositoryRow {
  name: string;
  description: string | null;
  owner_ref: string;
  default_branch: string;
  created_by: string;
  created_at: string;
  /** Null in repositories that are older than this column. */
  uid: string | null;
  creation_id: string | null;
  initial_commit: string | null;
  /** Null while the folder is being made; such a repository is not served. */
  ready_at: string | null;
  /** Text on PostgreSQL, as large numbers are. */
  git_bytes: number | string;
  lfs_bytes: number | string;
}

export interface TokenRow {
  id: string;
  user_ref: string;
  name: string;
  hash: string;
  created_at: string;
  expires_at: string;
  scope: GitTokenScope;
  repository: string | null;
  last_used_at: string | null;
}

export interface AnnouncedHeadRow {
  repository: string;
  branch: string;
  commit: string;
}

export interface PushEventRow {
  position: number;
  id: string;
  repository: string;
  move: string;
  created_at: string;
  attempts: number;
  deliver_after: string;
}

export interface PullRequestRow {
  repository: string;
  number: number;
  title: string;
  description: string | null;
  source_branch: string;
  target_branch: string;
  state: GitPullRequestState;
  head: string;
  target_head: string;
  created_by: string;
  created_at: string;
  updated_at: string;
  closed_by: string | null;
  closed_at: string | null;
  merge_commit: string | null;
  /** JSON of a `MergeBypass`; null where its runs had succeeded. */
  bypass: string | null;
  comment: string | null;
  comment_at: string | null;
}
