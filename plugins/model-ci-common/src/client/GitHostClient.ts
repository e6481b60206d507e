import { ResponseError } from '@backstage/errors';
import type {
  CreatedGitToken,
  CreateGitRepositoryInput,
  CreateGitTokenInput,
  CreationCheck,
  CreationRefusal,
  GitBranch,
  GitCommitPage,
  GitCommitQuery,
  GitRepository,
  GitRepositoryPage,
  GitRepositoryQuery,
  GitToken,
} from '../gitApi';
import type {
  GitPullRequest,
  GitPullRequestDetails,
  GitPullRequestDiff,
  GitPullRequestPage,
  GitPullRequestQuery,
  MergePullRequestInput,
  OpenPullRequestInput,
} from '../gitPullRequests';
import type { RequestOptions } from './types';

export interface GitHostClientOptions {
  discoveryApi: { getBaseUrl(pluginId: 'model-ci-git'): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

/** A whole source tree that becomes one commit. */
export interface CommitTreeInput {
  /** Tar archive of the tree. */
  archive: Blob | ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  message: string;
  /** The default branch without it. */
  branch?: string;
  /** Commit that the branch stands at; needed to move a branch that has commits. */
  expectedHead?: string;
  /** Id of the creation whose first commit this is: it is made once, and a repeat answers it. */
  creationId?: string;
}

/** The calls of the embedded git host, as the portal and the scaffolder make them. */
export interface GitHostApi {
  /** Refuses a name that is taken; a repeat with the same `creationId` answers the repository that it made. */
  createRepository(
    input: CreateGitRepositoryInput,
    options?: RequestOptions,
  ): Promise<GitRepository>;
  /** What would keep `createRepository` from creating a repository now; nothing is created. */
  checkCreation(
    input: CreationCheck,
    options?: RequestOptions,
  ): Promise<CreationRefusal[]>;
  listRepositories(
    query?: GitRepositoryQuery,
    options?: RequestOptions,
  ): Promise<GitRepositoryPage>;
  getRepository(name: string, options?: RequestOptions): Promise<GitRepository>;
  /** Answers the branch's own head when it already has this tree; refuses to move another branch without `expectedHead`. */
  commitTree(
    name: string,
    input: CommitTreeInput,
    options?: RequestOptions,
  ): Promise<{ commit: string }>;
  listBranches(name: string, options?: RequestOptions): Promise<GitBranch[]>;
  listCommits(
    name: string,
    query?: GitCommitQuery,
    options?: RequestOptions,
  ): Promise<GitCommitPage>;
  /** Newest first. */
  listPullRequests(
    name: string,
    query?: GitPullRequestQuery,
    options?: RequestOptions,
  ): Promise<GitPullRequestPage>;
  openPullRequest(
    name: string,
    input: OpenPullRequestInput,
    options?: RequestOptions,
  ): Promise<GitPullRequest>;
  getPullRequest(
    name: string,
    number: number,
    options?: RequestOptions,
  ): Promise<GitPullRequestDetails>;
  getPullRequestDiff(
    name: string,
    number: number,
    options?: RequestOptions,
  ): Promise<GitPullRequestDiff>;
  closePullRequest(
    name: string,
    number: number,
    options?: RequestOptions,
  ): Promise<GitPullRequest>;
  reopenPullRequest(
    name: string,
    number: number,
    options?: RequestOptions,
  ): Promise<GitPullRequest>;
  /** Refuses where a branch is not as expected, and where git finds conflicts. */
  mergePullRequest(
    name: string,
    number: number,
    input: MergePullRequestInput,
    options?: RequestOptions,
  ): Promise<GitPullRequest>;
  /** What Model CI says about the runs of a request; only its own plugin may. */
  commentPullRequest(
    name: string,
    number: number,
    body: string,
    options?: RequestOptions,
  ): Promise<void>;
  listTokens(options?: RequestOptions): Promise<GitToken[]>;
  createToken(
    input: CreateGitTokenInput,
    options?: RequestOptions,
  ): Promise<CreatedGitToken>;
  revokeToken(id: string, options?: RequestOptions): Promise<void>;
}

/** {@link GitHostApi} over HTTP. */
export class GitHostClient implements GitHostApi {
  readonly #discoveryApi: GitHostClientOptions['discoveryApi'];
  readonly #fetchApi: GitHostClientOptions['fetchApi'];

  constructor(options: GitHostClientOptions) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  createRepository(input: CreateGitRepositoryInput, options?: RequestOptions) {
    return this.#json<GitRepository>('/repositories', options, post(input));
  }

  async checkCreation(input: CreationCheck, options?: RequestOptions) {
    const { refusals } = await this.#json<{ refusals: CreationRefusal[] }>(
      `/creation-check${search(input)}`,
      options,
    );
    return refusals;
  }

  listRepositories(query: GitRepositoryQuery = {}, options?: RequestOptions) {
    return this.#json<GitRepositoryPage>(
      `/repositories${search({ ...query })}`,
      options,
    );
  }

  getRepository(name: string, options?: RequestOptions) {
    return this.#json<GitRepository>(repositoryPath(name), options);
  }

  commitTree(name: string, input: CommitTreeInput, options?: RequestOptions) {
    const { archive, ...query } = input;
    // A stream can only be sent once and one way, which fetch has to be given.
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-tar' },
      body: archive,
      duplex: 'half',
    };
    return this.#json<{ commit: string }>(
      `${repositoryPath(name)}/commits${search(query)}`,
      options,
      init,
    );
  }

  async listBranches(name: string, options?: RequestOptions) {
    const { items } = await this.#json<{ items: GitBranch[] }>(
      `${repositoryPath(name)}/branches`,
      options,
    );
    return items;
  }

  listCommits(
    name: string,
    query: GitCommitQuery = {},
    options?: RequestOptions,
  ) {
    return this.#json<GitCommitPage>(
      `${repositoryPath(name)}/commits${search({ ...query })}`,
      options,
    );
  }

  listPullRequests(
    name: string,
    query: GitPullRequestQuery = {},
    options?: RequestOptions,
  ) {
    return this.#json<GitPullRequestPage>(
      `${requestsPath(name)}${search({ ...query })}`,
      options,
    );
  }

  openPullRequest(
    name: string,
    input: OpenPullRequestInput,
    options?: RequestOptions,
  ) {
    return this.#json<GitPullRequest>(requestsPath(name), options, post(input));
  }

  getPullRequest(name: string, number: number, options?: RequestOptions) {
    return this.#json<GitPullRequestDetails>(
      `${requestsPath(name)}/${number}`,
      options,
    );
  }

  getPullRequestDiff(name: string, number: number, options?: RequestOptions) {
    return this.#json<GitPullRequestDiff>(
      `${requestsPath(name)}/${number}/diff`,
      options,
    );
  }

  closePullRequest(name: string, number: number, options?: RequestOptions) {
    return this.#json<GitPullRequest>(
      `${requestsPath(name)}/${number}/close`,
      options,
      { method: 'POST' },
    );
  }

  reopenPullRequest(name: string, number: number, options?: RequestOptions) {
    return this.#json<GitPullRequest>(
      `${requestsPath(name)}/${number}/reopen`,
      options,
      { method: 'POST' },
    );
  }

  mergePullRequest(
    name: string,
    number: number,
    input: MergePullRequestInput,
    options?: RequestOptions,
  ) {
    return this.#json<GitPullRequest>(
      `${requestsPath(name)}/${number}/merge`,
      options,
      post(input),
    );
  }

  async commentPullRequest(
    name: string,
    number: number,
    body: string,
    options?: RequestOptions,
  ) {
    await this.#request(`${requestsPath(name)}/${number}/comment`, options, {
      ...post({ body }),
      method: 'PUT',
    });
  }

  async listTokens(options?: RequestOptions) {
    const { items } = await this.#json<{ items: GitToken[] }>(
      '/tokens',
      options,
    );
    return items;
  }

  createToken(input: CreateGitTokenInput, options?: RequestOptions) {
    return this.#json<CreatedGitToken>('/tokens', options, post(input));
  }

  async revokeToken(id: string, options?: RequestOptions) {
    await this.#request(`/tokens/${encodeURIComponent(id)}`, options, {
      method: 'DELETE',
    });
  }

  async #json<T>(
    path: string,
    options?: RequestOptions,
    init?: RequestInit,
  ): Promise<T> {
    const response = await this.#request(path, options, init);
    return (await response.json()) as T;
  }

  async #request(
    path: string,
    options: RequestOptions = {},
    init: RequestInit = {},
  ): Promise<Response> {
    const base = await this.#discoveryApi.getBaseUrl('model-ci-git');
    const headers = new Headers(init.headers);
    if (options.token) {
      headers.set('Authorization', `Bearer ${options.token}`);
    }
    const response = await this.#fetchApi.fetch(`${base}${path}`, {
      ...init,
      headers,
      signal: options.signal,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

function repositoryPath(name: string): string {
  return `/repositories/${encodeURIComponent(name)}`;
}

function requestsPath(name: string): string {
  return `${repositoryPath(name)}/pull-requests`;
}

function post(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function search(query: Record<string, string | number | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') {
      parameters.set(key, String(value));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
