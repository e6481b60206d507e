import { aliasMessages } from './aliases';
import { commonMessages } from './common';
import { comparisonMessages } from './comparison';
import { deliveriesMessages } from './deliveries';
import { deploymentsMessages } from './deployments';
import { evaluationsMessages } from './evaluations';
import { filesMessages } from './files';
import { gpusMessages } from './gpus';
import { historyMessages } from './history';
import { homeMessages } from './home';
import { importsMessages } from './imports';
import { instancesMessages } from './instances';
import { logMessages } from './log';
import { nodesMessages } from './nodes';
import { pipelinesMessages } from './pipelines';
import { registerMessages } from './register';
import { runsMessages } from './runs';
import { cachesMessages } from './caches';
import { schedulesMessages } from './schedules';
import { secretsMessages } from './secrets';
import { titleMessages } from './titles';
import { tokensMessages } from './tokens';
import { trainingMessages } from './training';
import { tryItMessages } from './tryIt';
import { versionsMessages } from './versions';

/** Everything that the plugin says, in English. */
export const messages = {
  ...titleMessages,
  ...aliasMessages,
  ...commonMessages,
  ...homeMessages,
  ...pipelinesMessages,
  ...importsMessages,
  ...registerMessages,
  ...nodesMessages,
  ...runsMessages,
  ...filesMessages,
  ...instancesMessages,
  ...logMessages,
  ...evaluationsMessages,
  ...historyMessages,
  ...comparisonMessages,
  ...deliveriesMessages,
  ...deploymentsMessages,
  ...tryItMessages,
  ...tokensMessages,
  ...cachesMessages,
  ...schedulesMessages,
  ...secretsMessages,
  ...trainingMessages,
  ...gpusMessages,
  ...versionsMessages,
} as const;
