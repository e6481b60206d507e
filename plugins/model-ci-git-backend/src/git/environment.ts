/** Settings that hold for every git process, whatever a repository's own config file says. */
const CONFIG: Array<[key: string, value: string]> = [
  // Nothing that lies in a repository is ever executed.
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  // The folder may be a volume that belongs to another user.
  ['safe.directory', '*'],
  // It would be shown to whoever pushes, about the empty file of grafts below.
  ['advice.graftFileDeprecated', 'false'],
  // The reflog says who moved a branch, and every step of it, after a crash too.
  ['core.logAllRefUpdates', 'always'],
  // Runs and model versions refer to commits that a force-push may have left without a branch.
  ['gc.pruneExpire', 'never'],
  ['gc.reflogExpire', 'never'],
  ['gc.reflogExpireUnreachable', 'never'],
  // Others see and move branches and tags alone. Uploaded trees wait under refs/model-ci until their branch moves.
  ['transfer.hideRefs', 'refs'],
  ['transfer.hideRefs', '!refs/heads'],
  ['transfer.hideRefs', '!refs/tags'],
  // Within the memory that a process may take; files above the threshold are streamed.
  ['core.bigFileThreshold', '16m'],
  ['core.packedGitWindowSize', '32m'],
  ['core.packedGitLimit', '512m'],
  ['core.deltaBaseCacheLimit', '64m'],
  ['pack.windowMemory', '64m'],
  ['pack.threads', '2'],
];

export interface GitEnvironmentOptions {
  gitDir?: string;
  config?: Array<[key: string, value: string]>;
  /** Further variables. */
  variables?: Record<string, string>;
}

/** Environment of a git process: nothing of the backend's own beyond PATH, and no config of user or system. */
export function gitEnvironment(
  options: GitEnvironmentOptions = {},
): NodeJS.ProcessEnv {
  const config = [...CONFIG, ...(options.config ?? [])];
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // A commit is what was reviewed under its id, whatever a repository would put in its place or before it.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    // The largest piece of memory that git may ask for at once: an object that is larger is streamed or refused.
    GIT_ALLOC_LIMIT: '1g',
    GIT_CONFIG_COUNT: String(config.length),
    ...(options.gitDir && { GIT_DIR: options.gitDir }),
    ...options.variables,
  };
  config.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return environment;
}

/** Variables by which git records who did something. */
export function identityVariables(identity: {
  name: string;
  email: string;
}): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
}
