/** A GPU of a node. */
export interface GpuDevice {
  /** Its UUID; where a node has so many by configuration and they cannot be asked, its number. */
  id: string;
  model?: string;
  /** Version of the driver. */
  driver?: string;
  memoryBytes?: number;
}

/** What a GPU does at one moment. What it does not report is absent. */
export interface GpuReading extends GpuDevice {
  /** Share of the time in which it was at work, from 0 to 1. */
  utilization?: number;
  usedMemoryBytes?: number;
  watts?: number;
  /** Of its counter, which only ever grows, until the driver is loaded anew. */
  energyJoules?: number;
}
