export { addFolder, addWorkspace, type WorkspacePlace } from './addWorkspace';
export { admitEntries, type WorkspaceEntry } from './admitEntries';
export { headerOf, workspaceArchive } from './archives';
export { ENTRY_TIME, hasEntryTime } from './entryTime';
export { hasCode, isMissing } from './fileErrors';
export { growingFiles } from './growingFiles';
export {
  compareNames,
  comparePaths,
  decodeName,
  encodeName,
  printableName,
} from './names';
export { packPath } from './packPath';
export {
  ancestors,
  linkStaysInside,
  relativeTarget,
  workspacePath,
} from './paths';
export { archiveEntries, type ArchiveEntry } from './readArchive';
export { storedHeader } from './storedHeader';
export type { EntryHeader, EntryType, Header } from './tarHeader';
export { addEntry, archiveOf, type ArchiveWriter } from './writeArchive';
export { openFile, readText } from './trustedFiles';
export { unpackParts } from './unpackParts';
