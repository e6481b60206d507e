/** Devices as a column keeps them. No id of a device has a comma. */
export function storeGpuIds(ids: string[] | undefined): string | null {
  return ids && ids.length > 0 ? ids.join(',') : null;
}

export function readGpuIds(text: string | null): string[] | undefined {
  return text === null ? undefined : text.split(',');
}
