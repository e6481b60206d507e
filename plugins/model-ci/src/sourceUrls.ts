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
