import { useMemo } from 'react';
import {
  coreExtensionData,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { useExtensionTitle } from './titles';

const titleDataRef = EntityContentBlueprint.dataRefs.title;

/** The catalog's page of an entity, made anew with other titles of its tabs whenever the language changes. */
const entityPage = catalogPlugin.getExtension('page:catalog/entity').override({
  factory(originalFactory, { inputs }) {
    function EntityPage() {
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
