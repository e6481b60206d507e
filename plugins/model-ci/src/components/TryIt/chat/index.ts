export { ChatDialog } from './ChatDialog';
