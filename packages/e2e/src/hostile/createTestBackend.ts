import { createBackend } from '@backstage/backend-defaults';
import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { refuseForeignRequests } from '@model-ci/backstage-plugin-model-ci-node';

/** Like the backend of `packages/backend`, but without pages and templates, and with everybody in who is named. */
export function createTestBackend() {
  const backend = createBackend();

  backend.add(
    rootHttpRouterServiceFactory({
      configure({ app, server, config, applyDefaults }) {
        refuseForeignRequests({ app, server, config });
        applyDefaults();
      },
    }),
  );

  backend.add(import('@backstage/plugin-auth-backend'));
  backend.add(
    import('@model-ci/backstage-plugin-auth-backend-module-model-ci'),
  );
  backend.add(import('./signIn'));
  backend.add(import('@backstage/plugin-events-backend'));
  backend.add(import('@backstage/plugin-notifications-backend'));
  backend.add(import('@backstage/plugin-permission-backend'));
  backend.add(import('@backstage/plugin-signals-backend'));
  backend.add(import('@backstage/plugin-catalog-backend'));
  backend.add(
    import('@model-ci/backstage-plugin-catalog-backend-module-model-ci'),
  );
  backend.add(import('@model-ci/backstage-plugin-model-ci-git-backend'));
  backend.add(import('@model-ci/backstage-plugin-model-ci-backend'));
  backend.add(
    import('@model-ci/backstage-plugin-model-ci-backend-module-process'),
  );
  backend.add(
    import('@model-ci/backstage-plugin-model-ci-backend-module-docker'),
  );

  return backend;
}
