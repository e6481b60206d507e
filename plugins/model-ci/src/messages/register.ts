/** The page that registers the pipelines of an existing repository. */
export const registerMessages = {
  'register.title': 'Register existing',
  'register.description':
    'Paste the URL of a repository. Its default branch is searched for model-pipeline.yaml and catalog-info.yaml; nothing is stored before you choose.',
  'register.url': 'URL of the repository',
  'register.submit': 'Find pipelines',
  'register.again': 'Check again',
  'register.branch': 'Branch {{branch}}',
  'register.caption': 'Pipelines of the repository',
  'register.column.pipeline': 'Pipeline',
  'register.column.file': 'Definition',
  'register.column.check': 'Check',
  'register.column.catalog': 'Catalog',
  'register.valid': 'Valid',
  'register.errors_one': '{{count, number}} error',
  'register.errors_other': '{{count, number}} errors',
  'register.line': 'Line {{line, number}}',
  'register.registered': 'Registered',
  'register.unregistered': 'Not registered',
  'register.taken': 'The catalog has a pipeline of this name from elsewhere',
  'register.noEntity': 'Not described in {{file}} yet',
  'register.choose': 'Register {{pipeline}}',
  'register.register_one': 'Register {{count, number}} pipeline',
  'register.register_other': 'Register {{count, number}} pipelines',
  'register.done': 'Registered in the catalog',
  'register.doneHint':
    'Pushes start runs as the definition says. Pushes to other hosts need a webhook.',
  'register.describe': 'Describe what the catalog does not know',
  'register.describeHint':
    'The catalog needs to know who owns a pipeline and which model it trains. Commit these files to the repository, then check again.',
  'register.owner': 'Owner',
  'register.ownerHint':
    'A group or user of the catalog, such as group:default/ml',
  'register.name': 'Name',
  'register.nameInvalid':
    'Up to 63 lowercase letters and digits, joined by single -, _ or . characters',
  'register.nameTaken': 'The catalog has {{entities}} already',
  'register.newFile': 'New file {{file}}',
  'register.addition': 'Add to the end of {{file}}',
  'register.copy': 'Copy {{file}}',
  'register.write': 'Write it on the code host',
  'register.none.title': 'No pipelines found',
  'register.none.description': 'The default branch has no model-pipeline.yaml.',
  'register.importable':
    'It has {{files}}: a definition can be made from such a file.',
  'register.truncated':
    'The repository has more files of this kind than are shown here. Register the others by the URLs of their catalog-info.yaml.',
} as const;
