import type { GpusFound } from './GpuTools';
import type { GpuDevice } from './types';

/**
 * What a node offers: all GPUs that were found, or as many of them as configuration says. Where there is nothing to find
 * them with, configuration is believed, and they are numbered.
 */
export function offerGpus(
  { devices, message }: GpusFound,
  configured: number | undefined,
): GpuDevice[] {
  if (configured === undefined) {
    return devices;
  }
  return devices.length === 0 && message === undefined
    ? Array.from({ length: configured }, (_, number) => ({
        id: String(number),
      }))
    : devices.slice(0, configured);
}
