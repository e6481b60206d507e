/** The version that has answered a request to an endpoint; none where the portal itself did. */
export function answeringVersion({ headers }: Response): number | undefined {
  const version = headers.get('X-Model-Version') ?? '';
  return /^\d{1,15}$/.test(version) ? Number(version) : undefined;
}
