/**
 * What the pages of Model CI's frontend plugins have in common.
 *
 * @packageDocumentation
 */
export * from './components';
export * from './hooks';
export { modelCiReactTranslationRef } from './translation';
