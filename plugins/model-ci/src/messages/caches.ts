/** What stages keep between runs. */
export const cachesMessages = {
  'caches.title': 'Caches',
  'caches.intro':
    'What stages keep between runs to save time, such as downloaded packages. Runs are given what their own branch and the default branch have kept.',
  'caches.caption': 'Caches of this pipeline, newest first',
  'caches.column.name': 'Name',
  'caches.column.branch': 'Branch',
  'caches.column.size': 'Size',
  'caches.column.run': 'Kept by',
  'caches.column.at': 'When',
  'caches.clear': 'Clear caches',
  'caches.empty.title': 'No caches',
  'caches.empty.description':
    'A stage keeps what it names under cache in model-pipeline.yaml, once it has succeeded.',
} as const;
