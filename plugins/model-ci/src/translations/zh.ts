import { common } from './zh/common';
import { deployments } from './zh/deployments';
import { evaluations } from './zh/evaluations';
import { log } from './zh/log';
import { nodes } from './zh/nodes';
import { pipelines } from './zh/pipelines';
import { runs } from './zh/runs';

/** Simplified Chinese. */
const zh = {
  ...common,
  ...pipelines,
  ...nodes,
  ...runs,
  ...log,
  ...evaluations,
  ...deployments,
};

export default zh;
