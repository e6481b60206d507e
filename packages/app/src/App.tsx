import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogModule } from './modules/catalog';
import { entityPageModule } from './modules/entityPage';
import { graphModule } from './modules/graph';
import { homeModule } from './modules/home';
import { navModule } from './modules/nav';
import { pageHeaderModule } from './modules/pageHeader';
import { signInModule } from './modules/signIn';
import { templatesModule } from './modules/templates';
import { translationsModule } from './modules/translations';

// Every other plugin is found through `app.packages: all` in app-config.yaml.
export default createApp({
  features: [
    catalogPlugin,
    catalogModule,
    entityPageModule,
    graphModule,
    homeModule,
    navModule,
    pageHeaderModule,
    signInModule,
    templatesModule,
    translationsModule,
  ],
});
