export { hasSeries, Training } from './Training';
