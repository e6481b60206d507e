export const secretTexts = {
  'secret.noKey':
    'This portal has no key to encrypt secrets with: an administrator has to set modelCi.secrets.keys.',
  'secret.missing':
    "Secrets that are not set for this pipeline: {{names}}. Set them on the pipeline's page, under Secrets.",
  'secret.untrusted':
    'The run comes from a source that is not trusted, such as the pull request of a fork, or a commit that is not known to have been pushed to the repository, and gets no secrets. Start a run of a branch or tag of the repository.',
  'secret.executorTakesNone':
    'Executor {{executor}} cannot hand over secrets without showing them; set executor to another one, or remove secrets.',
  'secret.buildTakesNone':
    'Executor {{executor}} cannot hand secrets to the build of an image safely; set executor to one that can, such as kubernetes, or remove secrets.',
  'secret.tooLarge':
    'The secrets have {{size}} together, more than the {{max}} that one stage or service may have.',
  'secret.notInVault':
    "Vault '{{vault}}' has no text under '{{name}}' at {{place}}. Put it there, or set the secret with a value.",
  'secret.notMaskable':
    "The value of '{{name}}' in vault '{{vault}}' cannot be used: {{why}}",
  'secret.vaultAway': "Vault '{{vault}}' could not be read: {{error}}",
  'secret.vaultUnknown':
    "Secret '{{name}}' is in vault '{{vault}}', which is not configured any more. Put it back under modelCi.secrets.vaults, or set the secret again.",
  'secret.keyLost':
    "Secret '{{name}}' was encrypted with a key ({{key}}) that is not configured any more. Put the key back under modelCi.secrets.keys, or set the secret again.",
  'secret.damaged':
    "Secret '{{name}}' cannot be decrypted, because its row was changed. Set it again.",
  'secret.short':
    'A secret needs at least {{min, number}} characters apart from line breaks and outer white space, four of them different: what is shorter could not be masked.',
  'secret.long': 'A secret may have {{max}} at most.',
  'secret.controlCharacter':
    'A secret may have no control characters but tabs and line breaks; encode what is not text, such as with base64.',
  'secret.badName':
    'The name of a secret has letters, digits and _, does not begin with a digit, and has at most {{max, number}} characters.',
  'secret.reservedName':
    "'{{name}}' is set by Model CI, its executors or the shell. Choose another name.",
  'secret.tooMany':
    'There are {{max, number}} secrets already, as many as there may be in one place. Delete some that nothing uses.',
  'secret.noSuch': "There is no such secret '{{name}}'.",
  'secret.noEnvironment':
    "There is no environment '{{environment}}'. Choose one of those that the portal deploys to.",
  'secret.noVault':
    "There is no vault '{{vault}}'. Choose one of those under modelCi.secrets.vaults.",
  'secret.noSource':
    'The pipeline {{pipeline}} has no source yet that its secrets could be bound to. Fix its entity first.',
  'secret.notOwner':
    'Secrets of {{owner}} are set and released for pipelines only by its members.',
  'secret.ofOwner':
    'Only secrets of an owner are released for single pipelines.',
} as const;
