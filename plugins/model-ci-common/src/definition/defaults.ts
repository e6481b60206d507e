/** What holds where a definition says nothing. Stored definitions of before a key existed are read with the same. */
export const DEFAULT_TIMEOUT_SECONDS = 3_600;
export const DEFAULT_STARTUP_SECONDS = 60;
export const DEFAULT_PLATFORM_RETRIES = 2;
export const DEFAULT_PORT = 8080;
/** Leaves room for what comes while more are started. */
export const DEFAULT_SCALE_CPU = 80;
export const DEFAULT_HEALTH = '/healthz';
/** A comparison with a baseline is never made without allowing for chance. */
export const DEFAULT_CONFIDENCE = 0.95;
