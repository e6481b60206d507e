import {
  createContext,
  useContext,
  useEffect,
  type ReactElement,
  type ReactNode,
} from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { Content, Header, HeaderTabs, Page } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { PluginHeader } from '@backstage/ui';

/** Which header the app around has: that of the new frontend system, or that of the old one. */
export type Frame = 'new' | 'legacy';

const FrameContext = createContext<Frame>('new');
export const FrameProvider = FrameContext.Provider;

export interface PluginFrameProps {
  /** Of the plugin. */
  title: string;
  icon: ReactElement;
  /** Its pages that have a tab; the first one is its start. */
  tabs: Array<{ id: string; label: string; href: string }>;
  /** Of a page below the tabs. */
  pageTitle?: string;
  /** What such a page is a part of, such as a model. */
  parent?: { label: string; href: string };
  children: ReactNode;
}

/** Header with a plugin's tabs, and the page's content below it. */
export function PluginFrame(props: PluginFrameProps) {
  return useContext(FrameContext) === 'new' ? (
    <NewFrame {...props} />
  ) : (
    <LegacyFrame {...props} />
  );
}

function NewFrame(props: PluginFrameProps) {
  const { title, icon, tabs, pageTitle, parent, children } = props;
  const { pathname } = useLocation();
  const root = tabs[0].href;
  const tab = tabs.slice(1).find(({ href }) => href === pathname);
  useDocumentTitle([pageTitle ?? tab?.label, parent?.label, title]);
  return (
    <>
      <PluginHeader
        title={pageTitle ?? title}
        titleLink={root}
        icon={icon}
        breadcrumbs={
          pageTitle
            ? [
                { label: title, href: root },
                ...(parent ? [parent] : []),
                { label: pageTitle, href: pathname },
              ]
            : undefined
        }
        tabs={pageTitle ? undefined : tabs}
      />
      <Content>{children}</Content>
    </>
  );
}

/** Names the browser's tab; the header of the old frontend system does so by itself. */
function useDocumentTitle(titles: Array<string | undefined>) {
  const app = useApi(configApiRef).getOptionalString('app.title');
  const text = [...titles, app].filter(Boolean).join(' | ');
  useEffect(() => {
    document.title = text;
    return () => {
      document.title = app ?? '';
    };
  }, [text, app]);
}

function LegacyFrame(props: PluginFrameProps) {
  const { title, tabs, pageTitle, parent, children } = props;
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const path = pathname.replace(/\/$/, '');
  return (
    <Page themeId="tool">
      <Header
        title={pageTitle ?? title}
        type={pageTitle ? parent?.label ?? title : undefined}
        typeLink={pageTitle ? parent?.href ?? tabs[0].href : undefined}
      />
      {!pageTitle && (
        <HeaderTabs
          tabs={tabs}
          selectedIndex={Math.max(
            0,
            tabs.findIndex(({ href }) => href === path),
          )}
          onChange={index => navigate(tabs[index].href)}
        />
      )}
      <Content>{children}</Content>
    </Page>
  );
}
