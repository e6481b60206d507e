import {
  DefaultGithubCredentialsProvider,
  getBitbucketCloudRequestOptions,
  getGiteaRequestOptions,
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { z } from 'zod';
import { askHost } from '../commits/askHost';
import { repositoryOf } from '../sourceUrl';

/** Two commits, or names of refs, of one repository. */
export interface Comparison {
  sourceUrl: string;
  from: string;
  to: string;
  /** Whether what has happened on `from` alone counts too. */
  isDirect: boolean;
}

type Finder = (
  comparison: Comparison,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
) => Promise<string[] | undefined>;

/** GitHub names no more files than these, without saying so, and neither may Gitea of one commit. */
const MAX_FILES = 300;
/** GitLab leaves out what is more, as its administrators have it; the smallest that they may set. */
const MAX_DIFFS = 1_000;
const MAX_PAGES = 15;

const fileSchema = z.object({
  filename: z.string(),
  previous_filename: z.string().nullish(),
});

const findOnGithub: Finder = async (comparison, integrations, signal) => {
  const { sourceUrl, from, to, isDirect } = comparison;
  const config = integrations.github.byUrl(sourceUrl)?.config;
  if (!config?.apiBaseUrl) {
    return undefined;
  }
  const repository = repositoryOf(sourceUrl, integrations);
  const { headers } = await DefaultGithubCredentialsProvider.fromIntegrations(
    integrations,
  ).getCredentials({ url: repository });
  const answer = await askHost(
    `${config.apiBaseUrl}/repos${new URL(repository).pathname}/compare/${range(
      from,
      to,
    )}?per_page=1`,
    z.object({
      files: z.array(fileSchema).nullish(),
      merge_base_commit: z.object({ sha: z.string() }),
    }),
    url =>
      fetch(url, {
        headers: { Accept: 'application/vnd.github+json', ...headers },
        signal,
      }),
  );
  const { files, merge_base_commit: base } = answer;
  // It compares with the last commit in common; where history was rewritten, that is another one.
  return files && files.length < MAX_FILES && (!isDirect || base.sha === from)
    ? files.flatMap(file =>
        [file.filename, file.previous_filename ?? []].flat(),
      )
    : undefined;
};

const findOnGitlab: Finder = async (comparison, integrations, signal) => {
  const { sourceUrl, from, to, isDirect } = comparison;
  const integration = integrations.gitlab.byUrl(sourceUrl);
  if (!integration) {
    return undefined;
  }
  const { config } = integration;
  const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
  const project = decodeURIComponent(
    pathname
      .slice(getGitLabIntegrationRelativePath(config).length)
      .replace(/^\//, ''),
  );
  const query = new URLSearchParams({ from, to, straight: String(isDirect) });
  const answer = await askHost(
    `${config.apiBaseUrl}/projects/${encodeURIComponent(
      project,
    )}/repository/compare?${query}`,
    z.object({
      compare_timeout: z.boolean().nullish(),
      diffs: z.array(z.object({ old_path: z.string(), new_path: z.string() })),
    }),
    url =>
      integration.fetch(url, { ...getGitLabRequestOptions(config), signal }),
  );
  return answer.compare_timeout || answer.diffs.length >= MAX_DIFFS
    ? undefined
    : answer.diffs.flatMap(diff => [diff.old_path, diff.new_path]);
};

const giteaSchema = z.object({
  total_commits: z.number(),
  commits: z.array(
    z.object({
      parents: z.array(z.object({ sha: z.string() })),
      files: z.array(z.object({ filename: z.string() })).nullish(),
    }),
  ),
});

const findOnGitea: Finder = async (comparison, integrations, signal) => {
  const { sourceUrl, from, to, isDirect } = comparison;
  const config = integrations.gitea.byUrl(sourceUrl)?.config;
  if (!config) {
    return undefined;
  }
  const base = config.baseUrl ?? `https://${config.host}`;
  const [name, owner] = repositoryOf(sourceUrl, integrations)
    .split('/')
    .reverse();
  const { commits, total_commits: total } = await askHost(
    `${base}/api/v1/repos/${owner}/${name}/compare/${range(from, to)}`,
    giteaSchema,
    url => fetch(url, { ...getGiteaRequestOptions(config), signal }),
  );
  // It lists what `from` does not have. Unless one of those follows on `from`, history was rewritten.
  const follows = commits.some(({ parents }) =>
    parents.some(({ sha }) => sha === from),
  );
  const files = commits.map(commit => commit.files);
  const isWhole =
    total === commits.length &&
    (!isDirect || follows) &&
    files.every(own => own && own.length < MAX_FILES);
  return isWhole
    ? files.flatMap(own => (own ?? []).map(({ filename }) => filename))
    : undefined;
};

const findOnBitbucket: Finder = async (comparison, integrations, signal) => {
  const { sourceUrl, from, to, isDirect } = comparison;
  const config = integrations.bitbucketCloud.byUrl(sourceUrl)?.config;
  if (!config) {
    return undefined;
  }
  const options = await getBitbucketCloudRequestOptions(config);
  const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
  const spec = `${encodeURIComponent(to)}..${encodeURIComponent(from)}`;
  const file = z.object({ path: z.string() }).nullish();
  const schema = z.object({
    values: z.array(z.object({ old: file, new: file })),
    next: z.string().nullish(),
  });
  const paths: string[] = [];
  const first = `${
    config.apiBaseUrl
  }/repositories${pathname}/diffstat/${spec}?pagelen=100&topic=${!isDirect}`;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await askHost(`${first}&page=${page}`, schema, url =>
      fetch(url, { ...options, signal }),
    );
    paths.push(
      ...answer.values.flatMap(value =>
        [value.old?.path ?? [], value.new?.path ?? []].flat(),
      ),
    );
    if (!answer.next) {
      return paths;
    }
  }
  return undefined;
};

const FINDERS = new Map<string, Finder>([
  ['github', findOnGithub],
  ['gitlab', findOnGitlab],
  ['gitea', findOnGitea],
  ['bitbucketCloud', findOnBitbucket],
]);

/** The files in which two commits differ, as the code host says; undefined where it does not name them all. */
export async function findChangedPaths(
  comparison: Comparison,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const type = integrations.byUrl(comparison.sourceUrl)?.type ?? '';
  const paths = await FINDERS.get(type)?.(comparison, integrations, signal);
  return paths && [...new Set(paths)].sort();
}

function range(from: string, to: string): string {
  return `${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
}
