import { InputError } from '@backstage/errors';
import type {
  AttemptSpec,
  ImageBuild,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { ClusterConfig } from '../config';
import type { BuilderConfig } from './builderConfig';
import { builderFiles } from './builderFiles';
import { buildScript, repositoriesOf } from './buildScript';

/** What a handle says of a build: enough to read how it ended in another process. */
export const buildHandleSchema = z.object({
  /** Plain path of the Dockerfile in the workspace, for people. */
  file: z.string(),
  /** The context, as the definition names it. */
  folder: z.string(),
  /** Where the image is pushed to; it is run from the first. */
  repositories: z.array(z.string()),
});

export type BuildHandle = z.infer<typeof buildHandleSchema>;

/** How an attempt builds an image. */
export interface BuildPlan {
  builder: BuilderConfig;
  /** The attempt, with the builder as its image and its script. */
  spec: AttemptSpec;
  /** What only the builder may know, by name. */
  files: Record<string, string>;
  handle: BuildHandle;
}

/** Makes an attempt that builds an image one that runs the cluster's builder; refused where there is none. */
export function planBuild(
  cluster: ClusterConfig,
  spec: AttemptSpec,
  build: ImageBuild,
): BuildPlan {
  const { imageBuilds: builder, registries } = cluster;
  if (!builder) {
    throw new InputError(
      `Stage '${spec.stage}' cannot build an image on cluster '${cluster.name}': it has no builder (modelCi.executors.kubernetes.clusters[].imageBuilds); choose a cluster that has one by nodeSelector`,
    );
  }
  const { pipelineRef, network } = spec;
  const script = buildScript({
    spec,
    build,
    registries,
    plainHttp: builder.plainHttp,
    hasCa: builder.ca !== undefined,
  });
  return {
    builder,
    spec: { ...spec, image: builder.image, script, shell: 'sh' },
    files: builderFiles({ builder, registries, pipelineRef, network }),
    handle: {
      file: fileOf(build),
      folder: build.context,
      repositories: repositoriesOf(registries, pipelineRef),
    },
  };
}

function fileOf({ context, dockerfile }: ImageBuild): string {
  const folder = context.replace(/^\.?\/?$|\/$/g, '');
  return folder === '' ? dockerfile : `${folder}/${dockerfile}`;
}
