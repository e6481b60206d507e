import type {
  GpuTools,
  RequestedResources,
} from '@model-ci/backstage-plugin-model-ci-node';

/**
 * Lets a script see the GPUs that it was given and no others, as far as CUDA is concerned: an empty list shows none. On a
 * machine without GPUs nothing is set.
 */
export async function visibleGpus(
  { gpuIds = [] }: RequestedResources,
  gpus: Pick<GpuTools, 'devices'>,
): Promise<Record<string, string>> {
  const { devices } = await gpus.devices();
  return gpuIds.length > 0 || devices.length > 0
    ? { CUDA_VISIBLE_DEVICES: gpuIds.join(',') }
    : {};
}
