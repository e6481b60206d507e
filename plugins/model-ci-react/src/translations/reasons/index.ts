import type { REASON_TEXTS } from '@model-ci/backstage-plugin-model-ci-common';
import { attempts } from './attempts';
import { commitStatuses } from './commitStatuses';
import { comparison } from './comparison';
import { conditions } from './conditions';
import { definition } from './definition';
import { deployments } from './deployments';
import { errors } from './errors';
import { executors } from './executors';
import { external } from './external';
import { files } from './files';
import { gates } from './gates';
import { general } from './general';
import { gitHost } from './gitHost';
import { gpus } from './gpus';
import { images } from './images';
import { imports } from './imports';
import { nodes } from './nodes';
import { notices } from './notices';
import { parameters } from './parameters';
import { placement } from './placement';
import { reports } from './reports';
import { repositories } from './repositories';
import { runs } from './runs';
import { jenkins } from './jenkins';
import { kubernetes } from './kubernetes';
import { secrets } from './secrets';
import { services } from './services';
import { slurm } from './slurm';
import { sourceStates } from './sourceStates';
import { triggers } from './triggers';

const reasons: Record<keyof typeof REASON_TEXTS, string> = {
  ...general,
  ...runs,
  ...conditions,
  ...definition,
  ...attempts,
  ...parameters,
  ...placement,
  ...deployments,
  ...gates,
  ...errors,
  ...notices,
  ...nodes,
  ...gpus,
  ...gitHost,
  ...triggers,
  ...commitStatuses,
  ...images,
  ...reports,
  ...external,
  ...files,
  ...comparison,
  ...jenkins,
  ...kubernetes,
  ...secrets,
  ...services,
  ...slurm,
  ...executors,
  ...imports,
  ...repositories,
  ...sourceStates,
};

export default reasons;
