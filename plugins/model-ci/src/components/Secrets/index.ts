export { Secrets } from './Secrets';
