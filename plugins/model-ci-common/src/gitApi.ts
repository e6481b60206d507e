import { z } from 'zod';
import type { Page } from './api/types';
import { MAX_TOKEN_NAME_LENGTH } from './inputLimits';

const MAX_NAME_LENGTH = 100;

/** Name of a repository: one path segment that every file system and every shell takes as it is. */
export const gitRepositoryNameSchema = z
  .string()
  .max(MAX_NAME_LENGTH)
  .regex(
    /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/,
    'must be lowercase letters and digits, joined by single -, _ or . characters',
  )
  .refine(name => !/\.(git|lock)$/.test(name), 'must not end in .git or .lock');

/** PostgreSQL has no text with a NUL in it. */
const storable = (text: z.ZodString) =>
  text.refine(value => !value.includes('\0'), 'must have no NUL characters');

/** Name that a caller gives to a creation, such as the id of its task, so that it can be repeated. */
export const creationIdSchema = storable(
  z.string().trim().min(1, 'must not be empty').max(100),
);

/** Body of `POST /repositories`. */
export const createGitRepositorySchema = z.strictObject({
  name: gitRepositoryNameSchema,
  description: storable(z.string().trim().max(1000)).optional(),
  /** Entity ref of the group or user that owns the repository and may push to it. */
  owner: storable(z.string().min(1).max(255)),
  /** A name that is taken is refused, unless the creation with this id took it. */
  creationId: creationIdSchema.optional(),
});
export type CreateGitRepositoryInput = z.infer<
  typeof createGitRepositorySchema
>;

/** Query of `GET /creation-check`. */
export const creationCheckSchema = z.strictObject({
  name: gitRepositoryNameSchema,
  /** Without it only the name is checked. */
  owner: createGitRepositorySchema.shape.owner.optional(),
});
export type CreationCheck = z.infer<typeof creationCheckSchema>;

/** Why a repository would not be created. */
export type CreationRefusal =
  | { reason: 'name-taken'; repository: string }
  | { reason: 'not-a-member'; owner: string }
  | {
      reason: 'too-many-repositories';
      owner: string;
      repositories: number;
      limit: number;
    }
  | { reason: 'too-many-bytes'; owner: string; bytes: number; limit: number };

/** What a token is good for: clones and fetches, or also pushes. */
export const GIT_TOKEN_SCOPES = ['read', 'write'] as const;
export type GitTokenScope = (typeof GIT_TOKEN_SCOPES)[number];

/** Body of `POST /tokens`. */
export const createGitTokenSchema = z.strictObject({
  name: storable(z.string().trim().min(1).max(MAX_TOKEN_NAME_LENGTH)),
  /** 90 days without it. */
  expiresInDays: z.number().int().min(1).max(366).optional(),
  /** `write` without it. */
  scope: z.enum(GIT_TOKEN_SCOPES, "must be 'read' or 'write'").optional(),
  /** The only repository that it is good for; all without it. */
  repository: gitRepositoryNameSchema.optional(),
});
export type CreateGitTokenInput = z.infer<typeof createGitTokenSchema>;

/** A repository of the embedded git host. */
export interface GitRepository {
  name: string;
  description?: string;
  owner: string;
  defaultBranch: string;
  createdBy: string;
  createdAt: string;
  /** For `git clone`. */
  cloneUrl: string;
  /** Page of the portal. */
  webUrl: string;
  /** Root folder of the default branch as `UrlReader` reads it, ending in `/`. */
  rawUrl: string;
}

export interface GitBranch {
  name: string;
  commit: string;
  committedAt: string;
  isDefault: boolean;
}

export interface GitCommit {
  commit: string;
  /** Id of the tree: two commits with the same one hold exactly the same files. */
  tree?: string;
  parents: string[];
  authorName: string;
  authorEmail: string;
  committerEmail: string;
  authoredAt: string;
  subject: string;
}

/** What may be known of a token after it was made. */
export interface GitToken {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt?: string;
  scope: GitTokenScope;
  /** The only repository that it is good for; absent where it is good for all. */
  repository?: string;
}

/** The only answer that ever holds the token itself. */
export interface CreatedGitToken extends GitToken {
  token: string;
}

export interface GitRepositoryQuery {
  /** Part of the name or the description. */
  q?: string;
  cursor?: string;
  /** At most 100. */
  limit?: number;
}

export interface GitCommitQuery {
  /** Branch, tag or commit; the default branch without it. */
  ref?: string;
  /** Leaves out what this branch or tag has too, by its full name: `refs/heads/main`. To be repeated with a cursor. */
  notIn?: string;
  cursor?: string;
  /** At most 100. */
  limit?: number;
}

export type GitRepositoryPage = Page<GitRepository>;
export type GitCommitPage = Page<GitCommit>;
