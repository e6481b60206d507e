export { DownloadFileButton } from './DownloadFileButton';
export { FileDialog, FilesDialog } from './FilesDialog';
