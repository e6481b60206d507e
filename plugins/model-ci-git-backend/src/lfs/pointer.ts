/** What a file holds in git whose content is in Git LFS. */
export interface LfsPointer {
  oid: string;
  size: number;
}

/** A pointer is smaller by the specification of Git LFS. */
export const MAX_POINTER_BYTES = 1024;

/** Reads a pointer; undefined for any other content. */
export function parsePointer(content: Buffer): LfsPointer | undefined {
  if (content.length >= MAX_POINTER_BYTES) {
    return undefined;
  }
  const text = content.toString('utf8');
  if (
    !/^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\r?\n/.test(
      text,
    )
  ) {
    return undefined;
  }
  const oid = text.match(/^oid sha256:([0-9a-f]{64})\r?$/m)?.[1];
  const size = Number(text.match(/^size (\d{1,15})\r?$/m)?.[1]);
  return oid && Number.isSafeInteger(size) ? { oid, size } : undefined;
}
