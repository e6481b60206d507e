export { ModelCiPage } from './ModelCiPage';
export { PageFrame } from './PageFrame';
