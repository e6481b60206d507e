/**
 * For component tests of Model CI's frontend plugins.
 *
 * @packageDocumentation
 */
export * from './renderInPortal';
