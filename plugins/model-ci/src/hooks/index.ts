export * from './resources';
export * from './useAction';
export * from './useCursorPaging';
export * from './useLanguage';
export * from './useLiveSignal';
export * from './useNow';
export * from './useResource';
export * from './useUrlState';
