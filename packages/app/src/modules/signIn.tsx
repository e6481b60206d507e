import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';

/** Lets guests in without a click. An installation with accounts has a sign-in page of its own in place of this one. */
const guestSignIn = SignInPageBlueprint.make({
  params: {
    loader: async () => {
      const { ProxiedSignInPage } = await import('@backstage/core-components');
      return props => <ProxiedSignInPage {...props} provider="guest" />;
    },
  },
});

export const signInModule = createFrontendModule({
  pluginId: 'app',
  extensions: [guestSignIn],
});
