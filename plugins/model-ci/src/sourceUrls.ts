/**
 * Page of what changed between two commits at their code host; undefined where the host has none. GitHub, GitLab and
 * Gitea all have it beside the page of a commit.
 */
export function compareUrl(
  sourceUrl: string | undefined,
  from: string,
  to: string,
): string | undefined {
  const commit = commitUrl(sourceUrl, to);
  return commit?.replace(/\/commit\/[^/]*$/, () => `/compare/${from}...${to}`);
}

/**
 * Page of a commit at its code host, from the place where the catalog read the pipeline. Undefined
 * for hosts without such pages, such as the embedded git host.
 */
export function commitUrl(
  sourceUrl: string | undefined,
  commit: string,
): string | undefined {
  let url: URL;
  try {
    url = new URL((sourceUrl ?? '').replace(/^url:/, ''));
  } catch {
    return undefined;
  }
  if (!['http:', 'https:'].includes(url.protocol)) {
    return undefined;
  }
  const gitlab = url.pathname.match(/^(\/.+?)\/-\/(?:tree|blob|raw)\//);
  if (gitlab) {
    return `${url.origin}${gitlab[1]}/-/commit/${commit}`;
  }
  const others = url.pathname.match(
    /^(\/[^/]+\/[^/]+)\/(?:tree|blob|raw|src\/(?:branch|commit|tag))\//,
  );
  if (others && !others[1].endsWith('.git') && !others[1].startsWith('/api/')) {
    return `${url.origin}${others[1]}/commit/${commit}`;
  }
  return undefined;
}
