/**
 * An image as an engine is asked for it. Without a tag it would pull every one there is, and run whatever image has an id
 * that begins with the name.
 */
export function withTag(image: string): string {
  return /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
}
