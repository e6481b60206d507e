import { createFrontendModule } from '@backstage/frontend-plugin-api';
import {
  NavContentBlueprint,
  type NavContentComponentProps,
  type NavContentNavItem,
} from '@backstage/plugin-app-react';
import {
  Link,
  Sidebar,
  SidebarDivider,
  SidebarGroup,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '@model-ci/backstage-plugin-model-ci';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import { SidebarSearchModal } from '@backstage/plugin-search';
import { UserSettingsSignInAvatar } from '@backstage/plugin-user-settings';
import { makeStyles } from '@material-ui/core/styles';
import MenuIcon from '@material-ui/icons/Menu';
import SearchIcon from '@material-ui/icons/Search';
import { portalTranslationRef } from '../translation';
import { useExtensionTitle } from './titles';

const useLogoStyles = makeStyles({
  root: {
    height: 3 * sidebarConfig.logoHeight,
    display: 'flex',
    alignItems: 'center',
    marginBottom: -14,
  },
  link: {
    display: 'flex',
    alignItems: 'center',
    marginLeft: 20,
    gap: 12,
    color: '#fff',
    fontSize: 18,
    fontWeight: 600,
    whiteSpace: 'nowrap',
  },
});

/** A graph of three stages, the last one passed. */
function Logo() {
  const classes = useLogoStyles();
  const { isOpen } = useSidebarOpenState();
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <div className={classes.root}>
      <Link
        to="/"
        underline="none"
        className={classes.link}
        aria-label={t('nav.homeLink')}
      >
        <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
          <path
            d="M6 8 L6 24 L18 24 M6 16 L18 16"
            fill="none"
            stroke="#9fd8ff"
            strokeWidth="2"
          />
          <circle cx="6" cy="8" r="4" fill="#9fd8ff" />
          <circle cx="21" cy="16" r="4" fill="#9fd8ff" />
          <circle cx="21" cy="24" r="6" fill="#6fe3a5" />
          <path
            d="M18 24 l2.2 2.2 l4 -4"
            fill="none"
            stroke="#0b3d2e"
            strokeWidth="2"
          />
        </svg>
        {isOpen ? <span>Model CI</span> : null}
      </Link>
    </div>
  );
}

function NavItem(item: NavContentNavItem) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: modelCi } = useTranslationRef(modelCiTranslationRef);
  const titleOf = useExtensionTitle();
  // Titles that the sidebar has no room for.
  const short: Record<string, string> = {
    'page:model-ci': modelCi('app.pipelinesTab'),
    'page:catalog-graph': t('nav.graph'),
  };
  return (
    <SidebarItem
      icon={() => item.icon}
      to={item.href}
      text={short[item.node.spec.id] ?? titleOf(item.node, item.title)}
    />
  );
}

function PortalSidebar({ navItems }: NavContentComponentProps) {
  const { t } = useTranslationRef(portalTranslationRef);
  const nav = navItems.withComponent(NavItem);
  // The search modal and the notifications item stand in for these pages' own items.
  nav.take('page:search');
  nav.take('page:notifications');
  return (
    <Sidebar>
      <Logo />
      <SidebarGroup label={t('nav.search')} icon={<SearchIcon />} to="/search">
        <SidebarSearchModal />
      </SidebarGroup>
      <SidebarDivider />
      <SidebarGroup label={t('nav.menu')} icon={<MenuIcon />}>
        {nav.take('page:home')}
        {nav.take('page:catalog')}
        {nav.take('page:scaffolder')}
        {nav.take('page:model-ci')}
        <SidebarDivider />
        <SidebarScrollWrapper>
          {nav.rest({ sortBy: 'title' })}
        </SidebarScrollWrapper>
      </SidebarGroup>
      <SidebarSpace />
      <SidebarDivider />
      <NotificationsSidebarItem text={t('title.notifications')} />
      <SidebarDivider />
      <SidebarGroup
        label={t('nav.settings')}
        icon={<UserSettingsSignInAvatar />}
        to="/settings"
      >
        {nav.take('page:user-settings')}
      </SidebarGroup>
    </Sidebar>
  );
}

const sidebar = NavContentBlueprint.make({
  params: { component: PortalSidebar },
});

export const navModule = createFrontendModule({
  pluginId: 'app',
  extensions: [sidebar],
});
