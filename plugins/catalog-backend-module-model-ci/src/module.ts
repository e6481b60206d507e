import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import {
  catalogAnalysisExtensionPoint,
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { catalogModelExtensionPoint } from '@backstage/plugin-catalog-node/alpha';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  NODES_TOPIC,
  PUSH_TOPIC,
} from '@model-ci/backstage-plugin-model-ci-node';
import { includeResolver } from './include/includeResolver';
import { RepositoryLocationAnalyzer } from './analysis/RepositoryLocationAnalyzer';
import { ComputeNodeEntityProvider } from './nodes/ComputeNodeEntityProvider';
import { ModelPipelineProcessor } from './pipelines/ModelPipelineProcessor';
import { parseEntityFile } from './parseEntityFile';
import { PushRefreshProvider } from './pushes/PushRefreshProvider';

/** Teaches the catalog the kind ModelPipeline and the compute nodes, and makes it follow pushes. */
export const catalogModuleModelCi = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: {
        analysis: catalogAnalysisExtensionPoint,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        logger: coreServices.logger,
        model: catalogModelExtensionPoint,
        processing: catalogProcessingExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init({
        analysis,
        auth,
        catalog,
        config,
        discovery,
        events,
        logger,
        model,
        processing,
        scheduler,
      }) {
        const schedule = config.getOptionalConfig('modelCi.nodes.schedule');
        const nodes = ComputeNodeEntityProvider.fromConfig(config, {
          auth,
          discovery,
          logger,
          taskRunner: scheduler.createScheduledTaskRunner(
            schedule
              ? readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule)
              : {
                  frequency: { minutes: 1 },
                  timeout: { seconds: 30 },
                  // The other plugins of this backend are starting, too.
                  initialDelay: { seconds: 3 },
                },
          ),
        });
        const pushes = new PushRefreshProvider({ auth, catalog, logger });
        if (!config.getOptionalBoolean('modelCi.catalog.keepParser')) {
          model.setEntityDataParser(parseEntityFile);
        }
        processing.addPlaceholderResolver('include', includeResolver);
        processing.addProcessor(new ModelPipelineProcessor());
        processing.addEntityProvider(nodes, pushes);
        analysis.addScmLocationAnalyzer(
          new RepositoryLocationAnalyzer({
            ...{ auth, catalog, discovery },
            integrations: ScmIntegrations.fromConfig(config),
          }),
        );
        await events.subscribe({
          id: 'model-ci-nodes',
          topics: [NODES_TOPIC],
          onEvent: () => nodes.refreshOrWarn(),
        });
        await events.subscribe({
          id: 'model-ci-pushes',
          topics: [PUSH_TOPIC],
          onEvent: params => pushes.onPush(params),
        });
      },
    });
  },
});
