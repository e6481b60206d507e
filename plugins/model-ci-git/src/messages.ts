/** English texts. */
export const messages = {
  'app.title': 'Git',
  'app.repositoriesTab': 'Repositories',
  'app.tokensTab': 'Tokens',
  'common.cancel': 'Cancel',
  'projectName.available': '“{{name}}” is available.',
  'projectName.checking': 'Checking the name…',
  'projectName.unknown':
    'The portal could not check whether the name is available. It checks again when it creates the project.',
  'projectName.nameTaken':
    'A repository “{{name}}” already exists. Choose another name.',
  'projectName.entityTaken':
    'The catalog already has {{entity}}. Choose another name.',
  'projectName.notAMember':
    'Only members of {{owner}} can create repositories for it. Choose another owner.',
  'projectName.tooManyRepositories':
    '{{owner}} already has {{limit}} repositories, which is its limit. Choose another owner, or ask a portal administrator for more.',
  'projectName.tooManyBytes':
    'The repositories of {{owner}} have reached their limit of {{limit}} GiB. Choose another owner, or ask a portal administrator for more.',
  'projectName.notAllowed':
    'You do not have permission to create repositories. Ask a portal administrator for the permission “model-ci-git.repository.create”.',
  'paging.first': 'First page',
  'paging.label': 'Pages',
  'paging.next': 'Next page',
  'repositories.caption': 'Repositories',
  'repositories.search': 'Search by name or description',
  'repositories.clearSearch': 'Clear search',
  'repositories.name': 'Name',
  'repositories.owner': 'Owner',
  'repositories.cloneUrl': 'Clone URL',
  'repositories.entity': 'Catalog',
  'repositories.copyCloneUrl': 'Copy clone URL of {{name}}',
  'repositories.empty.title': 'No repositories yet',
  'repositories.empty.description':
    'Create a project from a template that publishes to the embedded Git host.',
  'repositories.noMatch.title': 'No matching repositories',
  'repositories.noMatch.description':
    'Only names and descriptions are searched.',
  'repository.clone.title': 'Clone',
  'repository.clone.copy': 'Copy clone command',
  'repository.clone.hint':
    'When Git asks for credentials, enter any user name and use a token as the password.',
  'repository.clone.tokens': 'Create a token',
  'repository.clone.readOnly':
    'Anyone with a token can clone. Only members of the owner can push.',
  'repository.branches.title': 'Branches',
  'repository.branches.default': 'default',
  'repository.branches.committed': 'Last commit',
  'repository.commits.title': 'Latest commits of {{branch}}',
  'repository.commits.commit': 'Commit',
  'repository.commits.message': 'Message',
  'repository.commits.author': 'Author',
  'repository.commits.time': 'Time',
  'repository.empty.title': 'This repository is empty',
  'repository.empty.description': 'Clone it, commit your files, and push.',
  'repository.entity': 'Catalog',
  'repository.owner': 'Owner',
  'tokens.intro':
    'A token is a password for Git that acts on your behalf. With it you can clone repositories and push to those that you or your groups own.',
  'tokens.caption': 'Your tokens',
  'tokens.name': 'Name',
  'tokens.created': 'Created',
  'tokens.expires': 'Expires',
  'tokens.expired': 'Expired',
  'tokens.lastUsed': 'Last used',
  'tokens.never': 'Never',
  'tokens.access': 'Access',
  'tokens.repository': 'Repository',
  'tokens.allRepositories': 'All repositories',
  'tokens.scope.read': 'Read only',
  'tokens.scope.write': 'Read and write',
  'tokens.create.scopeHint.read': 'Clone and fetch.',
  'tokens.create.scopeHint.write':
    'Clone and fetch, and push to repositories that you or your groups own.',
  'tokens.create.repositoryHint':
    'Choose one to keep the token from all others.',
  'tokens.create.repositoryFailed':
    'The repositories could not be loaded. Without one, the token is valid for all.',
  'tokens.create.repositoryLoading': 'Loading…',
  'tokens.create.repositoryClear': 'Clear',
  'tokens.create.repositoryOpen': 'Open',
  'tokens.create.repositoryClose': 'Close',
  'tokens.empty.title': 'No tokens yet',
  'tokens.empty.description':
    'Create a token to clone and push with Git from your machine.',
  'tokens.create.button': 'Create token',
  'tokens.create.title': 'Create token',
  'tokens.create.nameHint': 'For example, where you will use it: “laptop”',
  'tokens.create.validity': 'Expires in',
  'tokens.create.days': '{{days}} days',
  'tokens.create.submit': 'Create',
  'tokens.create.failed': 'The token could not be created',
  'tokens.create.denied':
    'You do not have permission to create tokens. Ask a portal administrator for the permission “model-ci-git.token.create”.',
  'tokens.create.checking': 'Checking your permissions…',
  'tokens.created.title': 'Token “{{name}}” created',
  'tokens.created.once': 'Copy the token now. It will not be shown again.',
  'tokens.created.copyToken': 'Copy token',
  'tokens.created.use':
    'Use it as the password when Git asks for credentials. The user name can be anything.',
  'tokens.created.done': 'Done',
  'tokens.revoke.button': 'Revoke',
  'tokens.revoke.label': 'Revoke {{name}}',
  'tokens.revoke.title': 'Revoke “{{name}}”?',
  'tokens.revoke.description':
    'Anything that uses this token can no longer clone or push. This action cannot be undone.',
  'tokens.revoke.failed': 'The token could not be revoked',
} as const;
