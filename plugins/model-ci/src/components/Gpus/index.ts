export { asksForGpus } from './asksForGpus';
export { GpuFacts } from './GpuFacts';
export { StageGpus } from './StageGpus';
