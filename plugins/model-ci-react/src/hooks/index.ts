export * from './useLanguage';
export * from './useNow';
