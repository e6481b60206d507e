import { attemptTexts } from './attempts';
import { commitStatusTexts } from './commitStatuses';
import { comparisonTexts } from './comparison';
import { conditionTexts } from './conditions';
import { definitionTexts } from './definition';
import { deploymentTexts } from './deployments';
import { errorTexts } from './errors';
import { executorTexts } from './executors';
import { externalTexts } from './external';
import { fileTexts } from './files';
import { gateTexts } from './gates';
import { generalTexts } from './general';
import { gitHostTexts } from './gitHost';
import { gpuTexts } from './gpus';
import { imageTexts } from './images';
import { importTexts } from './imports';
import { nodeTexts } from './nodes';
import { jenkinsTexts } from './jenkins';
import { kubernetesTexts } from './kubernetes';
import { noticeTexts } from './notices';
import { parameterTexts } from './parameters';
import { placementTexts } from './placement';
import { reportTexts } from './reports';
import { repositoryTexts } from './repositories';
import { runTexts } from './runs';
import { secretTexts } from './secrets';
import { serviceTexts } from './services';
import { slurmTexts } from './slurm';
import { sourceStateTexts } from './sourceStates';
import { triggerTexts } from './triggers';

/**
 * The reasons that the portal gives, in English. Names in braces stand for parameters. A code with the endings `_one`
 * and `_other` is worded by its parameter `count`, as translations are.
 */
export const REASON_TEXTS = {
  ...generalTexts,
  ...runTexts,
  ...conditionTexts,
  ...definitionTexts,
  ...attemptTexts,
  ...parameterTexts,
  ...placementTexts,
  ...deploymentTexts,
  ...reportTexts,
  ...externalTexts,
  ...fileTexts,
  ...gateTexts,
  ...errorTexts,
  ...secretTexts,
  ...noticeTexts,
  ...nodeTexts,
  ...gpuTexts,
  ...gitHostTexts,
  ...triggerTexts,
  ...commitStatusTexts,
  ...imageTexts,
  ...comparisonTexts,
  ...jenkinsTexts,
  ...kubernetesTexts,
  ...serviceTexts,
  ...slurmTexts,
  ...executorTexts,
  ...importTexts,
  ...repositoryTexts,
  ...sourceStateTexts,
} as const satisfies Record<string, string>;
