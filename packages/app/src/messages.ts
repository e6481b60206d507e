/** What the portal itself says, in English. */
export const messages = {
  'nav.homeLink': 'Home',
  'nav.search': 'Search',
  'nav.menu': 'Menu',
  'nav.settings': 'Settings',
  'nav.graph': 'Graph',

  // Backstage reads titles of pages and tabs once, as plain English text.
  'title.home': 'Home',
  'title.catalog': 'Catalog',
  'title.create': 'Create',
  'title.templates': 'Templates',
  'title.tasks': 'Tasks',
  'title.actions': 'Actions',
  'title.templateEditor': 'Template Editor',
  'title.templatingExtensions': 'Templating Extensions',
  'title.settings': 'Settings',
  'title.general': 'General',
  'title.authProviders': 'Authentication Providers',
  'title.featureFlags': 'Feature Flags',
  'title.notifications': 'Notifications',
  'title.search': 'Search',
  'title.catalogGraph': 'Catalog Graph',
  'title.overview': 'Overview',

  'home.starred.title': 'Starred entities',
} as const;
