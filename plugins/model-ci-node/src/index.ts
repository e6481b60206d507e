/**
 * The contracts that executors and artifact stores of Model CI fulfil.
 *
 * @packageDocumentation
 */
export * from './executor';
export * from './artifactStore';
export * from './extensions';
export * from './push';
