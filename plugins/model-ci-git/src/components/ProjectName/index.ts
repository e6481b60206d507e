export { projectNameField } from './field';
