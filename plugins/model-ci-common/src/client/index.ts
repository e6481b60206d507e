export { ModelCiClient } from './ModelCiClient';
export type { ModelCiClientOptions } from './HttpTransport';
export * from './types';
export { GitHostClient } from './GitHostClient';
export type {
  CommitTreeInput,
  GitHostApi,
  GitHostClientOptions,
} from './GitHostClient';
