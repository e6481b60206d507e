import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ArchiveFile } from '@model-ci/backstage-plugin-model-ci-common';
import { useQueryData } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { DownloadFileButton } from './DownloadFileButton';
import { FileList } from './FileList';
import { FilePreview, type PreviewedFile } from './FilePreview';
import { contentOf, firstFolder } from './folders';

const useStyles = makeStyles(theme => ({
  content: {
    display: 'grid',
    gridTemplateColumns: 'minmax(220px, 1fr) minmax(0, 3fr)',
    gap: theme.spacing(3),
    height: '70vh',
    [theme.breakpoints.down('sm')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gridTemplateRows: 'minmax(120px, 2fr) minmax(0, 3fr)',
    },
  },
  pane: { overflow: 'auto', minHeight: 0 },
  head: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: theme.spacing(0, 2),
    marginBottom: theme.spacing(1),
  },
  name: { flexGrow: 1, overflowWrap: 'anywhere', fontWeight: 600 },
}));

/** The files of an artifact, each to be looked at or downloaded. */
export function FilesDialog(props: {
  artifact: { name: string; digest: string };
  onClose: () => void;
}) {
  const { artifact, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const list = useQueryData({
    api,
    name: 'artifactFiles',
    scope: artifact.digest,
    load: signal => api.listArtifactFiles(artifact.digest, { signal }),
  });
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="lg">
      <DialogTitle id={id}>
        {t('files.title', { name: artifact.name })}
      </DialogTitle>
      <DialogContent>
        <ResourceView resource={list}>
          {({ items, more }) => (
            <Files digest={artifact.digest} files={items} more={more} />
          )}
        </ResourceView>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Files(props: { digest: string; files: ArchiveFile[]; more: boolean }) {
  const { digest, files, more } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [folder, setFolder] = useState(() => firstFolder(files));
  // What there is only one of needs no choice.
  const [path, setPath] = useState(() => {
    const first = contentOf(files, folder);
    const [only, ...others] = first.files;
    return first.folders.length + others.length === 0 ? only?.path : undefined;
  });
  const file = files.find(
    other => other.type === 'file' && other.path === path,
  );
  return (
    <div className={classes.content}>
      <nav className={classes.pane} aria-label={t('files.label')}>
        <FileList
          files={files}
          folder={folder}
          selected={path}
          onFolder={setFolder}
          onSelect={setPath}
        />
        {more && (
          <Typography variant="body2" color="textSecondary">
            {t('files.more', { shown: files.length })}
          </Typography>
        )}
      </nav>
      <div className={classes.pane}>
        {file ? (
          <OpenFile
            key={file.path}
            file={{ digest, path: file.path, packed: true, size: file.size }}
          />
        ) : (
          <Typography color="textSecondary">{t('files.choose')}</Typography>
        )}
      </div>
    </div>
  );
}

/** A report, which is one file. */
export function FileDialog(props: {
  file: PreviewedFile;
  onClose: () => void;
}) {
  const { file, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <Dialog
      open
      onClose={onClose}
      aria-label={file.path}
      fullWidth
      maxWidth="lg"
    >
      <DialogContent>
        <OpenFile file={file} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

function OpenFile({ file }: { file: PreviewedFile }) {
  const classes = useStyles();
  return (
    <>
      <div className={classes.head}>
        <Typography className={classes.name}>{file.path}</Typography>
        <DownloadFileButton file={file} />
      </div>
      <FilePreview file={file} />
    </>
  );
}
