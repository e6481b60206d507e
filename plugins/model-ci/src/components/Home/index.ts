export { FirstSteps } from './FirstSteps';
export { MyPipelines } from './MyPipelines';
