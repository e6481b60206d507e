export { GpuTools, type GpusFound, type RunProgram } from './GpuTools';
export { offerGpus } from './offerGpus';
export { readGpuCount } from './readGpuCount';
export type { GpuDevice, GpuReading } from './types';
