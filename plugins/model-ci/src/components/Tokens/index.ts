export * from './Tokens';
