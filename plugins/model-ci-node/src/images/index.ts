export * from './demandOwn';
export * from './repositoryOf';
