import type { ReactNode } from 'react';
import AccountTreeIcon from '@material-ui/icons/AccountTree';
import { useRouteRef } from '@backstage/core-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  entityRouteParams,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { PluginFrame } from '@model-ci/backstage-plugin-model-ci-react';
import { nodesRouteRef, rootRouteRef, runsRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';

/** Header with the plugin's tabs, and the page's content below it. */
export function PageFrame(props: {
  /** Of a page below the tabs. */
  title?: string;
  /** What such a page is about. */
  pipelineRef?: string;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const root = useRouteRef(rootRouteRef)();
  const runs = useRouteRef(runsRouteRef)();
  const nodes = useRouteRef(nodesRouteRef)();
  const entityPath = useRouteRef(entityRouteRef);
  const { title, pipelineRef, children } = props;
  return (
    <PluginFrame
      title={t('app.title')}
      icon={<AccountTreeIcon fontSize="inherit" />}
      tabs={[
        { id: 'pipelines', label: t('app.pipelinesTab'), href: root },
        { id: 'runs', label: t('runs.title'), href: runs },
        { id: 'nodes', label: t('app.nodesTab'), href: nodes },
      ]}
      pageTitle={title}
      parent={
        pipelineRef === undefined
          ? undefined
          : {
              label: parseEntityRef(pipelineRef).name,
              href: entityPath(entityRouteParams(pipelineRef)),
            }
      }
    >
      {children}
    </PluginFrame>
  );
}
