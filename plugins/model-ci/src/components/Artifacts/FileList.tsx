import { useMemo, useState } from 'react';
import Button from '@material-ui/core/Button';
import List from '@material-ui/core/List';
import ListItem from '@material-ui/core/ListItem';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import ListItemText from '@material-ui/core/ListItemText';
import ArrowUpwardIcon from '@material-ui/icons/ArrowUpward';
import FolderIcon from '@material-ui/icons/FolderOpen';
import FileIcon from '@material-ui/icons/InsertDriveFileOutlined';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ArchiveFile } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { contentOf } from './folders';

/** Entries that are drawn at first, and more each time that they are asked for. */
const STEP = 200;

const useStyles = makeStyles(theme => ({
  icon: { minWidth: theme.spacing(4) },
  name: { overflowWrap: 'anywhere' },
}));

/** What lies in one folder of an archive. */
export function FileList(props: {
  files: ArchiveFile[];
  /** `''` or ending in `/`. */
  folder: string;
  selected?: string;
  onFolder: (folder: string) => void;
  onSelect: (path: string) => void;
}) {
  const { files, folder, selected, onFolder, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const [shown, setShown] = useState({ folder, count: STEP });
  const content = useMemo(() => contentOf(files, folder), [files, folder]);
  const count = shown.folder === folder ? shown.count : STEP;
  const entries = [
    ...content.folders.map(name => ({
      name: `${name}/`,
      folder: `${folder}${name}/`,
      file: undefined,
    })),
    ...content.files.map(file => ({ name: file.name, folder, file })),
  ];
  return (
    <>
      <List dense disablePadding>
        {folder !== '' && (
          <Entry
            name={folder}
            icon={<ArrowUpwardIcon fontSize="small" />}
            label={t('files.up')}
            onClick={() => onFolder(folder.replace(/[^/]*\/$/, ''))}
          />
        )}
        {entries
          .slice(0, count)
          .map(({ name, folder: within, file }) =>
            file === undefined ? (
              <Entry
                key={name}
                name={name}
                icon={<FolderIcon fontSize="small" />}
                onClick={() => onFolder(within)}
              />
            ) : (
              <Entry
                key={name}
                name={name}
                icon={<FileIcon fontSize="small" />}
                note={
                  file.type === 'file'
                    ? formatBytes(file.size, language)
                    : t('files.other')
                }
                selected={file.path === selected}
                disabled={file.type !== 'file'}
                onClick={() => onSelect(file.path)}
              />
            ),
          )}
      </List>
      {entries.length > count && (
        <Button
          size="small"
          onClick={() => setShown({ folder, count: count + STEP })}
        >
          {t('run.tests.more')}
        </Button>
      )}
    </>
  );
}

function Entry(props: {
  name: string;
  icon: JSX.Element;
  /** Read aloud instead of the name. */
  label?: string;
  note?: string;
  selected?: boolean;
  disabled?: boolean;
  onClick: () => void;
}) {
  const classes = useStyles();
  return (
    <li>
      <ListItem
        button
        component="button"
        aria-current={props.selected || undefined}
        aria-label={props.label}
        selected={props.selected}
        disabled={props.disabled}
        onClick={props.onClick}
      >
        <ListItemIcon className={classes.icon}>{props.icon}</ListItemIcon>
        <ListItemText
          primary={props.name}
          secondary={props.note}
          className={classes.name}
        />
      </ListItem>
    </li>
  );
}
