export { Caches } from './Caches';
