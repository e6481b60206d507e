import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  modelCi?: {
    /** The compute nodes as Resources of the catalog. */
    nodes?: {
      /**
       * Entity ref of the group or user that owns the nodes; `group:default/unknown` without it.
       */
      owner?: string;
      /** How often the catalog reads the nodes; every minute without it. */
      schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
    };
  };
}
