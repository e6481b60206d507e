const DOCKER_HUB = 'docker.io';
/** Names that engines and builders take for the same registry. */
export const DOCKER_HUB_HOSTS = [
  DOCKER_HUB,
  'index.docker.io',
  'registry-1.docker.io',
];

/** An image's name with its registry, as engines understand it: the same one for whatever names the same image. */
export function canonicalImage(image: string): string {
  const [, first, rest] = /^([^/]*)\/([^]*)$/.exec(image) ?? [];
  const hasHost =
    first !== undefined &&
    (/[.:A-Z]/.test(first) || first.toLowerCase() === 'localhost');
  const host = hasHost ? canonicalHost(first) : DOCKER_HUB;
  const path = hasHost ? rest : image;
  return host === DOCKER_HUB && !path.includes('/')
    ? `${host}/library/${path}`
    : `${host}/${path}`;
}

/** A registry in lower case and without a usual port. */
export function canonicalHost(host: string): string {
  const plain = host
    .toLowerCase()
    .replace(/:0*(\d+)$/, ':$1')
    .replace(/:(?:80|443)$/, '');
  return DOCKER_HUB_HOSTS.includes(plain) ? DOCKER_HUB : plain;
}
