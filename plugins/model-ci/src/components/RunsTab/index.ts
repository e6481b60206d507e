export { RunsTab } from './RunsTab';
export { RunsTable } from './RunsTable';
