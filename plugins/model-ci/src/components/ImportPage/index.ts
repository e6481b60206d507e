export * from './ImportPage';
