/** Names that point at versions. */
export const aliasMessages = {
  'aliases.title': 'Aliases',
  'aliases.caption': 'Where the aliases of this pipeline point',
  'aliases.historyTitle': 'History',
  'aliases.history': 'Changes, newest first',
  'aliases.empty': 'No version has an alias yet.',
  'aliases.column.alias': 'Alias',
  'aliases.column.version': 'Version',
  'aliases.column.change': 'Change',
  'aliases.column.by': 'By',
  'aliases.column.at': 'When',
  'aliases.column.reason': 'Reason',
  'aliases.move': 'Move an alias here',
  'aliases.moveDialog.title': 'Move an alias to version {{version}}',
  'aliases.moveDialog.description':
    'Gates that compare with the alias compare with this version, from the next run on.',
  'aliases.moveDialog.help':
    'champion, candidate, or any name of lowercase letters, digits and hyphens',
  'aliases.moveDialog.act': 'Move',
  'aliases.remove': 'Remove',
  'aliases.removeDialog.title': 'Remove the alias {{alias}}',
  'aliases.removeDialog.description':
    'Its history stays. Gates that compare with it pass as the first version, from the next run on.',
} as const;
