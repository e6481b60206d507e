/**
 * Where a secret comes from. Of several with one name a stage or service gets the first of: its environment's (services
 * alone), its pipeline's, its owner's.
 */
export type SecretScope = 'environment' | 'pipeline' | 'owner';

/** A secret without its value, which is never answered. */
export interface Secret {
  name: string;
  scope: SecretScope;
  /** Of deployments, in the scope of an environment. */
  environment?: string;
  /** Entity ref, in the scope of an owner. */
  owner?: string;
  /** The vault that has the value; absent where the portal keeps it. */
  vault?: string;
  /** Whether this pipeline may use it; false only for a secret of its owner. */
  isAllowed: boolean;
  createdAt: string;
  updatedAt: string;
  /** Entity ref of who set it last. */
  updatedBy: string;
}

export interface PipelineSecrets {
  items: Secret[];
  /** Whether the portal has a key to encrypt secrets with; without one none can be set. */
  isReady: boolean;
  /** Whether the caller may set and delete them. */
  canWrite: boolean;
  /** Whether the caller may set and delete those of the owner, too. */
  canWriteOwner: boolean;
  owner: string;
  /** Of deployments, which may have secrets of their own. */
  environments: string[];
  /** Names of the vaults that secrets may be read from. */
  vaults: string[];
  /** What the definition of the default branch asks for, by name. */
  usedBy: Record<string, SecretUse>;
}

export interface SecretUse {
  stages: string[];
  serving: boolean;
}

/** Which of the secrets of one name is meant. */
export interface SecretPlace {
  scope: SecretScope;
  /** Required in the scope of an environment. */
  environment?: string;
}

/** What a secret is: a value, or that a vault has it. */
export type SecretInput = SecretPlace & ({ value: string } | { vault: string });

/** Names of secrets: environment variables. */
export const SECRET_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const MAX_SECRET_NAME = 100;
export const MAX_SECRET_BYTES = 64 * 1024;
/** Shorter ones cannot be masked: too much of what anybody writes would look like them. */
export const MIN_SECRET_CHARACTERS = 8;
/** As many secrets as one stage or service may ask for. */
export const MAX_SECRETS_OF_STAGE = 32;

/** What the portal, its executors and shells set themselves. */
const RESERVED = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'PWD',
  'SHELL',
  'IFS',
  'ENV',
  'BASH_ENV',
  'CI',
  'HOST',
  'PORT',
]);

/** Whether a name could change what the portal itself runs, or hide what it says. */
export function isReservedSecret(name: string): boolean {
  return /^(?:MODEL_CI_|PARAM_|LD_)/.test(name) || RESERVED.has(name);
}
