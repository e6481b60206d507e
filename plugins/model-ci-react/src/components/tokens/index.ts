export { CreatedTokenDialog } from './CreatedTokenDialog';
export { RevokeTokenDialog } from './RevokeTokenDialog';
