export { Evaluations } from './Evaluations';
