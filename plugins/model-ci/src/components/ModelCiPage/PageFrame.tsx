import { createContext, useContext, type ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import AccountTreeIcon from '@material-ui/icons/AccountTree';
import { Content, Header, HeaderTabs, Page } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { PluginHeader } from '@backstage/ui';
import { useNavigate } from 'react-router-dom';
import { nodesRouteRef, rootRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';

/** Which header the app around has: that of the new frontend system, or that of the old one. */
export type Frame = 'new' | 'legacy';

const FrameContext = createContext<Frame>('new');
export const FrameProvider = FrameContext.Provider;

/** Header with the plugin's tabs, and the page's content below it. */
export function PageFrame(props: {
  /** Of a page below the tabs. */
  title?: string;
  children: ReactNode;
}) {
  const { title, children } = props;
  const frame = useContext(FrameContext);
  const { t } = useTranslationRef(modelCiTranslationRef);
  const root = useRouteRef(rootRouteRef)();
  const nodes = useRouteRef(nodesRouteRef)();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tabs = [
    { id: 'pipelines', label: t('app.pipelinesTab'), href: root },
    { id: 'nodes', label: t('app.nodesTab'), href: nodes },
  ];

  if (frame === 'new') {
    return (
      <>
        <PluginHeader
          title={title ?? t('app.title')}
          titleLink={root}
          icon={<AccountTreeIcon fontSize="inherit" />}
          breadcrumbs={
            title
              ? [
                  { label: t('app.title'), href: root },
                  { label: title, href: pathname },
                ]
              : undefined
          }
          tabs={title ? undefined : tabs}
        />
        <Content>{children}</Content>
      </>
    );
  }
  const selected = pathname.replace(/\/$/, '') === nodes ? 1 : 0;
  return (
    <Page themeId="tool">
      <Header
        title={title ?? t('app.title')}
        type={title ? t('app.title') : undefined}
        typeLink={title ? root : undefined}
      />
      {!title && (
        <HeaderTabs
          tabs={tabs}
          selectedIndex={selected}
          onChange={index => navigate(tabs[index].href)}
        />
      )}
      <Content>{children}</Content>
    </Page>
  );
}
