/** In the words of the kernel, of Go's network, of containerd and of registries. */
const PLATFORM = new RegExp(
  [
    'no space left on device',
    'disk quota exceeded',
    'input/output error',
    'read-only file system',
    'cannot allocate memory',
    'too many open files',
    'connection (?:refused|reset)',
    'i/o timeout',
    'TLS handshake timeout',
    'no such host',
    'server misbehaving',
    'network is unreachable',
    'no route to host',
    'context (?:deadline exceeded|canceled)',
    'unexpected EOF',
    'too ?many ?requests',
    'unexpected HTTP status:? 5\\d\\d',
    'unexpected status [^\\n]*: 5\\d\\d',
    'service unavailable',
    'failed to register layer',
    'layer does not exist',
    'failed to create (?:shim|containerd)',
    'cannot join network of a non running container',
    'No such container',
  ].join('|'),
  'i',
);

/** What builders repeat of a Dockerfile: paths in quotes, which may be cut off, and the name of an image. */
const REPEATED =
  /"(?:[^"\\]|\\[^])*(?:"|\\?$)|^\S+: failed to resolve source metadata for \S+: /g;

/** Whether a builder reports what no change of a Dockerfile mends. Not for what its commands print. */
export function isPlatformFailure(text: string): boolean {
  return PLATFORM.test(text.replace(REPEATED, ''));
}
