import type { ReactNode } from 'react';
import { InfoCard, MarkdownContent } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import type { RendererProps } from '@backstage/plugin-home-react';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import homePlugin from '@backstage/plugin-home/alpha';
import { messages } from '../messages';
import { portalTranslationRef } from '../translation';

type WidgetTitle = Extract<keyof typeof messages, `home.${string}.title`>;

/** A card of the home page, with its title in the user's language. */
function Card(props: { title: WidgetTitle; children: ReactNode }) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <InfoCard divider title={t(props.title)}>
      {props.children}
    </InfoCard>
  );
}

function GettingStarted() {
  const { t } = useTranslationRef(portalTranslationRef);
  return <MarkdownContent content={t('home.gettingStarted.content')} />;
}

const gettingStarted = HomePageWidgetBlueprint.make({
  name: 'getting-started',
  params: {
    name: 'GettingStarted',
    title: messages['home.gettingStarted.title'],
    components: async () => ({
      Content: GettingStarted,
      Renderer: ({ Content }: RendererProps) => (
        <Card title="home.gettingStarted.title">
          <Content />
        </Card>
      ),
    }),
  },
});

const starredEntities = homePlugin
  .getExtension('home-page-widget:home/starred-entities')
  .override({
    params: {
      componentProps: {
        Renderer: ({ Content }: RendererProps) => (
          <Card title="home.starred.title">
            <Content />
          </Card>
        ),
      },
    },
  });

export const homeModule = createFrontendModule({
  pluginId: 'home',
  extensions: [gettingStarted, starredEntities],
});
