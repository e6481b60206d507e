import { aliases } from './zh/aliases';
import { caches } from './zh/caches';
import { common } from './zh/common';
import { comparison } from './zh/comparison';
import { deliveries } from './zh/deliveries';
import { deployments } from './zh/deployments';
import { evaluations } from './zh/evaluations';
import { files } from './zh/files';
import { gpus } from './zh/gpus';
import { history } from './zh/history';
import { home } from './zh/home';
import { imports } from './zh/imports';
import { register } from './zh/register';
import { instances } from './zh/instances';
import { log } from './zh/log';
import { nodes } from './zh/nodes';
import { pipelines } from './zh/pipelines';
import { runs } from './zh/runs';
import { schedules } from './zh/schedules';
import { secrets } from './zh/secrets';
import { titles } from './zh/titles';
import { tokens } from './zh/tokens';
import { training } from './zh/training';
import { tryIt } from './zh/tryIt';
import { versions } from './zh/versions';

/** Simplified Chinese. */
const zh = {
  ...titles,
  ...aliases,
  ...common,
  ...home,
  ...pipelines,
  ...imports,
  ...register,
  ...nodes,
  ...runs,
  ...files,
  ...instances,
  ...log,
  ...evaluations,
  ...history,
  ...comparison,
  ...deliveries,
  ...deployments,
  ...tryIt,
  ...tokens,
  ...caches,
  ...schedules,
  ...secrets,
  ...training,
  ...gpus,
  ...versions,
};

export default zh;
