export interface RepositoryRow {
  name: string;
  description: string | null;
  owner_ref: string;
  default_branch: string;
  created_by: string;
  created_at: string;
}

export interface TokenRow {
  id: string;
  user_ref: string;
  name: string;
  hash: string;
  created_at: string;
  expires_at: string;
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
