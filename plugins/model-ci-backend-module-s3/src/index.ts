/**
 * Keeps artifacts of Model CI in a bucket of a server that speaks S3.
 *
 * @packageDocumentation
 */
export { modelCiModuleS3 as default } from './module';
export { S3ArtifactStore, type S3StoreOptions } from './S3ArtifactStore';
export { readS3Settings, type S3Settings } from './config';
