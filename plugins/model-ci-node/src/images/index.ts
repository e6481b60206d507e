export * from './canonicalImage';
export * from './demandOwn';
export * from './isPlatformFailure';
export * from './repositoryOf';
