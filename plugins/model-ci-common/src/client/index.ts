export { ModelCiClient } from './ModelCiClient';
export {
  ChatError,
  type ChatEvent,
  type ChatMessage,
  type ChatProblem,
  type ChatRequest,
} from './chat';
export type { ModelCiClientOptions } from './HttpTransport';
export * from './types';
export { GitHostClient } from './GitHostClient';
export type {
  CommitTreeInput,
  GitHostApi,
  GitHostClientOptions,
} from './GitHostClient';
