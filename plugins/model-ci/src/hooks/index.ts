export * from './resources';
export * from './useCursorPaging';
export * from './useLiveSignal';
export * from './useResource';
export * from './useUrlState';
