export { PACK_SCRIPT } from './packScript';
export { digestOf, parseUploadResult, type UploadResult } from './uploadResult';
