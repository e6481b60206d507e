import { createContext, useContext, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import StorageIcon from '@material-ui/icons/Storage';
import { Content, Header, HeaderTabs, Page } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { PluginHeader } from '@backstage/ui';
import { rootRouteRef, tokensRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';

/** Which header the app around has: that of the new frontend system, or that of the old one. */
export type Frame = 'new' | 'legacy';

const FrameContext = createContext<Frame>('legacy');
export const FrameProvider = FrameContext.Provider;

/** Header with the plugin's tabs, and the page's content below it. */
export function PageFrame(props: {
  /** Of a page below the tabs. */
  title?: string;
  children: ReactNode;
}) {
  const { title, children } = props;
  const frame = useContext(FrameContext);
  const { t } = useTranslationRef(gitHostTranslationRef);
  const root = useRouteRef(rootRouteRef)();
  const tokens = useRouteRef(tokensRouteRef)();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tabs = [
    { id: 'repositories', label: t('app.repositoriesTab'), href: root },
    { id: 'tokens', label: t('app.tokensTab'), href: tokens },
  ];

  if (frame === 'new') {
    return (
      <>
        <PluginHeader
          title={title ?? t('app.title')}
          titleLink={root}
          icon={<StorageIcon fontSize="inherit" />}
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
          selectedIndex={pathname.replace(/\/$/, '') === tokens ? 1 : 0}
          onChange={index => navigate(tabs[index].href)}
        />
      )}
      <Content>{children}</Content>
    </Page>
  );
}
