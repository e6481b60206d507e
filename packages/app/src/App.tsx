import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { graphModule } from './modules/graph';
import { homeModule } from './modules/home';
import { navModule } from './modules/nav';

// Every other plugin is found through `app.packages: all` in app-config.yaml.
export default createApp({
  features: [catalogPlugin, graphModule, homeModule, navModule],
});
