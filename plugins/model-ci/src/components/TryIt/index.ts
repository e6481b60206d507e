export { TryItButton } from './TryItButton';
export { TryItDialog } from './TryItDialog';
export type { Tried } from './Tried';
