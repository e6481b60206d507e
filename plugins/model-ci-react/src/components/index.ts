export * from './Code';
export * from './CopyButton';
export * from './EmptyState';
export * from './ErrorNotice';
export * from './PluginFrame';
export * from './Timestamp';
export * from './tableStyles';
export * from './tokens';
