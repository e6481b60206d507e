export { Aliases } from './Aliases';
