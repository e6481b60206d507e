/** The page that makes a definition from the file of another system. */
export const importsMessages = {
  'import.title': 'Import a pipeline',
  'import.description':
    'Paste a declarative Jenkinsfile, a .travis.yml, a .gitlab-ci.yml or a GitHub Actions workflow, or choose the file. Nothing is stored.',
  'import.file': 'Choose a file',
  'import.text': 'File to import',
  'import.kind': 'Kind',
  'import.kind.any': 'Detect',
  'import.submit': 'Import',
  'import.tooLong':
    'The file has {{length, number}} characters; at most {{max, number}} can be imported.',
  'import.result': 'Definition',
  'import.none': 'Nothing in this file can be run.',
  'import.copy': 'Copy the definition',
  'import.download': 'Download model-pipeline.yaml',
  'import.findings': 'What became of the file',
  'import.column.line': 'Line',
  'import.column.what': 'In the file',
  'import.column.outcome': 'Outcome',
  'import.column.reason': 'Why, and what to do',
  'import.outcome.carried': 'Carried over',
  'import.outcome.changed': 'Changed',
  'import.outcome.left': 'Left out',
  'import.goToLine': 'Line {{line}}: show it in the file',
} as const;
