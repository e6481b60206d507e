import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  modelCi?: {
    catalog?: {
      /**
       * Leaves it to another module to parse entity files, of which a catalog has one. False by default: errors then quote
       * nothing of a file, which whoever registers it may not be allowed to read.
       */
      keepParser?: boolean;
    };
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
