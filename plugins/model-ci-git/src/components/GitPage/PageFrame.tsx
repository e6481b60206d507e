import type { ReactNode } from 'react';
import StorageIcon from '@material-ui/icons/Storage';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { PluginFrame } from '@model-ci/backstage-plugin-model-ci-react';
import { rootRouteRef, tokensRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';

/** Header with the plugin's tabs, and the page's content below it. */
export function PageFrame(props: {
  /** Of a page below the tabs. */
  title?: string;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const root = useRouteRef(rootRouteRef)();
  const tokens = useRouteRef(tokensRouteRef)();
  return (
    <PluginFrame
      title={t('app.title')}
      icon={<StorageIcon fontSize="inherit" />}
      tabs={[
        { id: 'repositories', label: t('app.repositoriesTab'), href: root },
        { id: 'tokens', label: t('app.tokensTab'), href: tokens },
      ]}
      pageTitle={props.title}
    >
      {props.children}
    </PluginFrame>
  );
}
