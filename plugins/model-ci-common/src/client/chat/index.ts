export { readChat, readModels, toChatBody } from './readChat';
export {
  ChatError,
  type ChatEvent,
  type ChatMessage,
  type ChatProblem,
  type ChatRequest,
} from './types';
