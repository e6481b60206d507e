export { admitEntries, type WorkspaceEntry } from './admitEntries';
export {
  addEntry,
  archiveEntries,
  archiveOf,
  headerOf,
  workspaceArchive,
  type ArchiveEntry,
  type EntryHeader,
} from './archives';
export { ancestors, linkStaysInside, workspacePath } from './paths';
