import { useMemo } from 'react';
import { makeStyles } from '@material-ui/core/styles';
import {
  coreExtensionData,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { useExtensionTitle } from './titles';

const titleDataRef = EntityContentBlueprint.dataRefs.title;

/** On a phone, tabs scroll within their bar instead of making the whole page wider than the screen. */
const useTabStyles = makeStyles({
  '@global': {
    '.bui-HeaderNav': {
      overflowX: 'auto',
      overflowY: 'hidden',
      scrollbarWidth: 'none',
    },
    // It lies a pixel below the bar, where it would be cut off.
    '.bui-HeaderNav .bui-HeaderNavActive': { bottom: 0 },
  },
});

/** The catalog's page of an entity, made anew with other titles of its tabs whenever the language changes. */
const entityPage = catalogPlugin.getExtension('page:catalog/entity').override({
  factory(originalFactory, { inputs }) {
    function EntityPage() {
      useTabStyles();
      const titleOf = useExtensionTitle();
      const page = useMemo(
        () =>
          originalFactory({
            inputs: {
              ...inputs,
              contents: inputs.contents.map(content => [
                ...[...content].filter(({ id }) => id !== titleDataRef.id),
                titleDataRef(titleOf(content.node, content.get(titleDataRef))),
              ]),
            },
          }).get(coreExtensionData.reactElement),
        [titleOf],
      );
      return page;
    }
    return [
      ...originalFactory(),
      coreExtensionData.reactElement(<EntityPage />),
    ];
  },
});

export const entityPageModule = createFrontendModule({
  pluginId: 'catalog',
  extensions: [entityPage],
});
