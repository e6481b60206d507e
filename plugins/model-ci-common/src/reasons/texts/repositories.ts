/** Repositories that somebody wants to register. */
export const repositoryTexts = {
  'repository.badUrl':
    "'{{url}}' is not the URL of a repository; paste it as the browser or 'git clone' has it, such as https://github.com/example/house-price",
  'repository.unknownHost':
    'The portal has no integration for {{host}}: ask whoever runs the portal to add the host under integrations of app-config',
  'repository.notFound':
    '{{url}} does not exist, or the portal may not read it: check the URL, and the credentials of the host under integrations of app-config',
  'repository.empty': '{{url}} has no commits yet: push some first',
  'repository.hostAway':
    '{{host}} does not answer as expected ({{problem}}): try again later',
  'repository.tooSlow':
    '{{url}} could not be read within {{seconds}} seconds: register its entity file on the page of the catalog instead',
  'repository.busy':
    '{{max}} repositories are being read for you: wait until one of them is shown',
  'repository.noDefinition': 'There is no {{file}}, which {{namedIn}} names',
  'repository.fileTooLong':
    '{{file}} has {{bytes, number}} bytes; at most {{max, number}} are read',
} as const;
