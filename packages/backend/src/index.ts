import { createBackend } from '@backstage/backend-defaults';
import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { refuseForeignRequests } from '@model-ci/backstage-plugin-model-ci-node';

const backend = createBackend();

backend.add(
  rootHttpRouterServiceFactory({
    configure({ app, server, config, applyDefaults }) {
      refuseForeignRequests({ app, server, config });
      applyDefaults();
    },
  }),
);

backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@model-ci/backstage-plugin-auth-backend-module-model-ci'));
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-events-backend-module-github'));
backend.add(import('@backstage/plugin-events-backend-module-gitlab'));
backend.add(
  import('@model-ci/backstage-plugin-events-backend-module-model-ci'),
);
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(
  import('@backstage/plugin-permission-backend-module-allow-all-policy'),
);
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(
  import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
);
backend.add(
  import('@model-ci/backstage-plugin-catalog-backend-module-model-ci'),
);

backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-gitea'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-github'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-gitlab'));
backend.add(
  import('@backstage/plugin-scaffolder-backend-module-notifications'),
);
backend.add(
  import('@model-ci/backstage-plugin-scaffolder-backend-module-model-ci'),
);

backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));
backend.add(import('@backstage/plugin-search-backend-module-pg'));

backend.add(import('@model-ci/backstage-plugin-model-ci-git-backend'));
backend.add(import('@model-ci/backstage-plugin-model-ci-backend'));
backend.add(
  import('@model-ci/backstage-plugin-model-ci-backend-module-process'),
);
backend.add(
  import('@model-ci/backstage-plugin-model-ci-backend-module-docker'),
);
backend.add(
  import('@model-ci/backstage-plugin-model-ci-backend-module-jenkins'),
);
backend.add(
  import('@model-ci/backstage-plugin-model-ci-backend-module-kubernetes'),
);
backend.add(import('@model-ci/backstage-plugin-model-ci-backend-module-slurm'));
backend.add(import('@model-ci/backstage-plugin-model-ci-backend-module-s3'));

backend.start();
