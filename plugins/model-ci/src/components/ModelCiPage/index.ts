export { ModelCiPage } from './ModelCiPage';
export { FrameProvider, PageFrame, type Frame } from './PageFrame';
