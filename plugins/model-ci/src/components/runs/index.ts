export * from './BuildLink';
export * from './DebouncedTextField';
export * from './RunActions';
export * from './RunLink';
export * from './StartRunButton';
export * from './StatusFilter';
export * from './TriggerText';
