export const MAX_STAGES = 256;
export const MAX_ENTRIES = 64;
