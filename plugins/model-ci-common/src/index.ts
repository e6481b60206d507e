/**
 * Types, schemas, permissions and the API client of Model CI.
 *
 * @packageDocumentation
 */
export * from './status';
export * from './entity';
export * from './permissions';
export * from './signals';
export * from './api/types';
export * from './definition/types';
