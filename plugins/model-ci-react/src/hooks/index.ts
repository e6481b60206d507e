export * from './useAction';
export * from './useLanguage';
export * from './useNow';
export * from './useQueryData';
