import Grid, { type GridSize } from '@material-ui/core/Grid';
import { Content, InfoCard, Page } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import type { RendererProps } from '@backstage/plugin-home-react';
import {
  HomePageLayoutBlueprint,
  type HomePageLayoutProps,
} from '@backstage/plugin-home-react/alpha';
import homePlugin from '@backstage/plugin-home/alpha';
import { portalTranslationRef } from '../translation';

const COLUMNS = 12;

/** The widgets that app-config.yaml names, as high as their content; below one another where there is little room. */
function HomeLayout({ widgets, defaultConfig = [] }: HomePageLayoutProps) {
  const placed = defaultConfig
    .toSorted((a, b) => a.row - b.row || a.column - b.column)
    .flatMap(({ component, width }) => {
      const widget = widgets.find(({ name }) => name === component);
      return widget ? [{ widget, width: Math.min(width, COLUMNS) }] : [];
    });
  return (
    <Page themeId="home">
      <Content>
        <Grid container spacing={3}>
          {placed.map(({ widget, width }) => (
            <Grid item key={widget.node.spec.id} xs={12} md={width as GridSize}>
              {widget.component}
            </Grid>
          ))}
        </Grid>
      </Content>
    </Page>
  );
}

const layout = HomePageLayoutBlueprint.make({
  params: { loader: async () => HomeLayout },
});

/** The card in the user's language. */
function StarredEntities(props: RendererProps) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <InfoCard divider title={t('home.starred.title')}>
      <props.Content />
    </InfoCard>
  );
}

const starredEntities = homePlugin
  .getExtension('home-page-widget:home/starred-entities')
  .override({ params: { componentProps: { Renderer: StarredEntities } } });

export const homeModule = createFrontendModule({
  pluginId: 'home',
  extensions: [layout, starredEntities],
});
