/**
 * What the pages of Model CI's frontend plugins have in common.
 *
 * @packageDocumentation
 */
export * from './components';
export * from './hooks';
export * from './reasons';
export { modelCiReactTranslationRef } from './translation';
