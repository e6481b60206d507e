import type {
  BuiltImage,
  StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { BUILDER, IMAGE_NODE } from '../../../planning/placement';
import type { AttemptRow } from '../../tables/runs';
import { demandKey } from './demandKey';

/** What holds for stages that do not say it themselves. */
export interface AttemptDefaults {
  defaultExecutor: string;
  /** Builds images where a stage does not say which does. */
  buildExecutor?: string;
  /** Executors that run images; the others pass over what is said of them. */
  imageExecutors?: ReadonlySet<string>;
  defaultCpus: number;
}

/** The row of an attempt that is ready to be claimed. */
export function newAttempt(args: {
  id: string;
  runId: string;
  stageId: string;
  stage: StageDefinition;
  number: number;
  platformRetries: number;
  defaults: AttemptDefaults;
  at: string;
  /** What the run has built, by stage. */
  images?: ReadonlyMap<string, BuiltImage>;
}) {
  const { stage, defaults } = args;
  const image = args.images?.get(stage.imageFrom ?? '');
  const executor = executorOf(stage, image, defaults);
  const imageNode = defaults.imageExecutors?.has(executor) && image?.node;
  const demanded = {
    executor,
    node_selector: JSON.stringify({
      ...stage.nodeSelector,
      ...(imageNode && { [IMAGE_NODE]: imageNode }),
      ...(stage.imageBuild && { [BUILDER]: 'true' }),
    }),
    cpus: stage.resources.cpus ?? defaults.defaultCpus,
    memory_bytes: stage.resources.memoryBytes ?? 0,
    gpus: stage.resources.gpus ?? 0,
  };
  return {
    id: args.id,
    run_id: args.runId,
    stage_id: args.stageId,
    number: args.number,
    platform_retries: args.platformRetries,
    status: 'queued',
    ...demanded,
    demand: demandKey(demanded),
    timeout_seconds: stage.timeoutSeconds,
    queue_timeout_seconds: stage.queueTimeoutSeconds ?? null,
    created_at: args.at,
  } satisfies Partial<AttemptRow>;
}

function executorOf(
  stage: StageDefinition,
  image: BuiltImage | undefined,
  { defaultExecutor, buildExecutor = defaultExecutor }: AttemptDefaults,
): string {
  const fallback = stage.imageBuild ? buildExecutor : defaultExecutor;
  return stage.executor ?? image?.executor ?? fallback;
}
