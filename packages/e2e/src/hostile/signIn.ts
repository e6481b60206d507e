import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  prepareBackstageIdentityResponse,
  type AuthProviderRouteHandlers,
} from '@backstage/plugin-auth-node';

/** Lets every user of the catalog in who is named, as nothing but a test may do. */
export default createBackendModule({
  pluginId: 'auth',
  moduleId: 'hostile-test',
  register(reg) {
    reg.registerInit({
      deps: { providers: authProvidersExtensionPoint },
      async init({ providers }) {
        providers.registerProvider({
          providerId: 'test',
          factory: ({ resolverContext }): AuthProviderRouteHandlers => ({
            async start() {},
            async frameHandler() {},
            async refresh(req, res) {
              const signedIn = await resolverContext.signInWithCatalogUser({
                entityRef: { name: String(req.query.user) },
              });
              res.json({
                backstageIdentity: prepareBackstageIdentityResponse(signedIn),
                profile: {},
                providerInfo: {},
              });
            },
          }),
        });
      },
    });
  },
});
