/** Of which pipeline, and of which environment of its deployments. */
export interface VaultSubject {
  namespace: string;
  name: string;
  environment?: string;
}

/** Somebody else's store of secrets. It is read when a stage or service starts; nothing is written there. */
export interface Vault {
  readonly name: string;
  /** Where the secrets of a pipeline are, for people who look for one. */
  placeOf(subject: VaultSubject): string;
  /** The texts that are there under these names. Rejects where the vault does not answer; then it is asked again. */
  read(subject: VaultSubject, names: string[]): Promise<Map<string, string>>;
}

/** A path with the names of a pipeline in it, and behind it that of the environment. */
export function fillPath(
  template: string,
  { namespace, name, environment }: VaultSubject,
): string {
  const parts: Record<string, string> = { namespace, name };
  const filled = template.replace(/\{(namespace|name)\}/g, (_, key: string) =>
    segment(parts[key]),
  );
  return environment === undefined
    ? filled
    : `${filled}/${segment(environment)}`;
}

/** Names come from the catalog; none may lead out of its place. */
function segment(text: string): string {
  if (!/^[\w-][\w.-]*$/.test(text)) {
    throw new Error(`'${text}' cannot be part of a path`);
  }
  return text;
}
