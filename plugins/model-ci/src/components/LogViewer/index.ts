export { LogViewer } from './LogViewer';
