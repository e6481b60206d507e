import type { ComponentType } from 'react';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import appPlugin from '@backstage/plugin-app';
import { SwappableComponentBlueprint } from '@backstage/plugin-app-react';
import { useHeaderTitle } from './titles';

interface HeaderTexts {
  title?: string;
  tabs?: { id: string; label: string; href: string }[];
}

const componentDataRef = SwappableComponentBlueprint.dataRefs.component;

/** The frame of Backstage's own pages, with the titles of page and tabs in the user's language. */
const pageLayout = appPlugin
  .getExtension('component:app/core-page-layout')
  .override({
    factory(originalFactory) {
      const { ref, loader } = originalFactory().get(componentDataRef);
      const load = async () => {
        const Original: ComponentType<HeaderTexts> = await loader();
        return function PageLayout(props: HeaderTexts) {
          const titleOf = useHeaderTitle();
          const texts: HeaderTexts = {
            title: props.title && titleOf(props.title),
            tabs: props.tabs?.map(tab => ({
              ...tab,
              label: titleOf(tab.label),
            })),
          };
          return <Original {...props} {...texts} />;
        };
      };
      return [componentDataRef({ ref, loader: load })];
    },
  });

export const pageHeaderModule = createFrontendModule({
  pluginId: 'app',
  extensions: [pageLayout],
});
