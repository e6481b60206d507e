export { InstancesView } from './InstancesView';
